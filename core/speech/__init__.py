"""Services that write down voice messages: the port in `base.py`, one file for each kind."""

from core.speech.base import Transcriber
from core.speech.openai import OpenAiSpeech, SpeechService

__all__ = ["OpenAiSpeech", "SpeechService", "Transcriber"]
