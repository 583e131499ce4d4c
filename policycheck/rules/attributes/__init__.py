"""ATT: the attributes of cookies, and headers that browsers read differently from their author."""
