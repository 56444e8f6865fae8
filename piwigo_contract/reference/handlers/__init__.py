"""The functions behind the methods of ws.php, one module an area. Importing this registers all of them."""

from importlib import import_module

AREAS = (
    "session",
    "api_keys",
    "users",
    "user_links",
    "reflection",
    "categories",
    "category_edits",
    "images",
    "image_edits",
    "uploads",
    "tags",
    "groups",
    "own",
    "admin",
)

for area in AREAS:
    import_module(f"{__name__}.{area}")
