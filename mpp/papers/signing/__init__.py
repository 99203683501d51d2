"""Signing a paper: one way to ask for it (`port`), and the ways an office may have it done (`local`, `bsre`, `wet`)."""
