"""The language server: rule files, vocabulary and knowledge in an editor.

``server`` alone knows the protocol; the rest is plain functions over documents.
"""
