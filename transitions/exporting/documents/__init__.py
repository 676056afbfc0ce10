"""Documents for people: what stands in one, and the same as a Word document, a web page or plain text."""
