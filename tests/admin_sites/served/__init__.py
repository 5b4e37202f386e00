"""What runs in a site's own process: a Django project that adds nothing to the pages of the admins that it serves."""
