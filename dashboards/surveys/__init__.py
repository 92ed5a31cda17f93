"""Results of surveys as pages, tables and files. What may be shown is settled in surveys/results/: here it is drawn."""
