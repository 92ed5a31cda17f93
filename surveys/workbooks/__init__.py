"""Result workbooks of other tools: columns guessed and confirmed, cells read, answers taken in."""
