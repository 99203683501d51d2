"""The QR code of a paper: an address for whoever has a network, and signed claims for whoever has none (ADR 0021).

`address.text_of` makes what the code says, `verifying.verify` checks it with the published keys.
"""
