"""Procedures written another way than the portal's, to hold against it."""

import numpy


def rake_plainly(counts, targets):
    """Return weights of a two-way table by scaling rows and columns of a matrix in turn, a fixed number of times."""
    rows, columns = (list(target) for target in targets)
    table = numpy.array([[counts[row, column] for column in columns] for row in rows], dtype=float)
    fitted = table / table.sum()
    for _round in range(2000):
        fitted *= (numpy.array([targets[0][row] for row in rows]) / fitted.sum(axis=1))[:, None]
        fitted *= (numpy.array([targets[1][column] for column in columns]) / fitted.sum(axis=0))[None, :]
    weights = fitted * table.sum() / table
    return {(row, column): weights[i, j] for i, row in enumerate(rows) for j, column in enumerate(columns)}
