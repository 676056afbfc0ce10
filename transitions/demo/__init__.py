"""Made-up pupils, schools and workers to try the program on: obviously nobody, and otherwise as a real caseload is."""

from transitions.demo.make import MOST_PUPILS, Made, is_demo, made_for, make

__all__ = ["MOST_PUPILS", "Made", "is_demo", "made_for", "make"]
