"""Cells of CSV files that people open in a spreadsheet: none of them may run."""

# What spreadsheets would run as a formula; and what would hide one behind it.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """The cell so that a spreadsheet shows it instead of running it."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell
