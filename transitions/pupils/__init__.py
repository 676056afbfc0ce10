"""Pupils and schools: fields, forms, codes, and the page of one pupil."""
