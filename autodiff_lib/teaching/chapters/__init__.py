"""The exercises and predictions of each chapter, as data: one module a chapter."""
