"""Accounts of clerks, partners and operators, and how they prove who they are."""
