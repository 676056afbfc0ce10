"""Made-up pupils, schools and workers to try the program on: obviously nobody, and otherwise as a real caseload is."""
