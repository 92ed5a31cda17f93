"""A mixed load on the whole portal: `python -m bench.load`. Who does what is in profile.py, which locust runs."""
