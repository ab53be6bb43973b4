"""The contract documents under docs/: that they are true, and that older producers go on."""
