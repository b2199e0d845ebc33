"""One check at the size of real models, outside CI: see __main__.py."""
