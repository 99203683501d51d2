"""What is wrong with a number that names a person."""


class InvalidIdentity(ValueError):
    """The number cannot be one. `code` says why and the text never repeats the number (it is personal data).

    Codes: not_digits, invalid_length, invalid_date, invalid_sequence, invalid_phone.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"invalid number: {code}")
        self.code = code
