"""The quality of a community's own data as a work list: what is missing, late, odd or entered twice."""
