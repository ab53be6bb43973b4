"""The deciding core, and the Faust worker around it."""
