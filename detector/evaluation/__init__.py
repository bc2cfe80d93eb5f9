"""The parts of a judgement: each file one question, answered from scores, labels or verdicts alone."""
