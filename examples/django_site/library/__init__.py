"""A library's site on Django: the admin, a reading size, and a planted leak."""
