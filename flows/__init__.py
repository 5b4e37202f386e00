"""What a person does in the portal, in the order of the help article, written with Playwright's sync API.

1 to 2  sign_in.py              open the portal, sign in
3       practice.py             choose the practice
4 to 6  user_administration.py  User Administration, a list, a person
7 to 8  record.py, save.py     tick, Save
1 to 9  assign_permission.py    the whole job for one person, and its proof
"""
