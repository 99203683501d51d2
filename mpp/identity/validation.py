"""What is wrong with a number, a name or a text that somebody wrote."""


class InvalidIdentity(ValueError):
    """It cannot be one. `code` says why and the text never repeats what was written (it is personal data).

    Codes of numbers: not_digits, invalid_length, invalid_date, invalid_sequence, invalid_phone. Of texts and names:
    control_character, invisible_character, nothing_visible, name_without_letters, name_too_long, name_not_latin,
    name_with_title.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"invalid: {code}")
        self.code = code
