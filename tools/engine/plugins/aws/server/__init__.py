"""moto as a server, with what it lacks (`lacking/`) and what it lets pass but AWS refuses (`strict/`).

moto is changed inside this one process, before it serves; the installed package stays as it is.  Everything is kept in
moto's own back ends, so that any program that speaks to the server sees the same.
"""
