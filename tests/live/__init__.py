"""Tests of the whole: a web server, a Celery worker process with beat, a Redis of their own, and a browser."""
