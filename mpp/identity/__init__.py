"""Numbers that name people in Indonesia, pure: NIK, no. KK, phone numbers, and how to mask them."""

from mpp.identity.validation import InvalidIdentity

__all__ = ["InvalidIdentity"]
