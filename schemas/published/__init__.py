"""The contract for those who do not read Python: JSON Schemas and the AsyncAPI document.

Made from the structs and the topics, written by `python -m schemas.published`, committed under
docs/. Declares nothing of the contract itself, and nothing that runs asks it.
"""
