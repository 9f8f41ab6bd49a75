"""The scalar engines that the chapters build, one module each.

Every module holds the definitions of its chapter, plus docstrings; a test keeps them equal.
"""
