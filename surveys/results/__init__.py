"""What may be shown of a wave: counted, held against the rules of disclosure, weighted, kept.

Nothing outside this package reads surveys_response for a page, except the files of files/ (rules R15 to R18).
"""
