"""What asks, and keeps what was asked: secrets, credentials, requests over httpx and the socket, answers, evidence.

Nothing here judges an answer, or makes anything on a target that lasts.
"""
