"""Write the table."""

from tests.environments.table import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
