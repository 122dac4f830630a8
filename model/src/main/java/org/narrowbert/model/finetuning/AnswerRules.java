package org.narrowbert.model.finetuning;

/**
 * How an answer is chosen from the scores of its first and last token, as Hugging Face's {@code run_qa} does; but the likeliest tokens are those of the
 * context, where it takes the likeliest of all and drops those of the question: there is an answer wherever the context has a token.
 *
 * @param bestSize of the likeliest first and last tokens of a part of the context, so many of each are combined
 * @param maxAnswerLength tokens of an answer at most
 * @param canBeNone whether there may be no answer, as in SQuAD 2.0
 * @param noAnswerThreshold there is none where "no answer" does better than the best one by more than this
 */
public record AnswerRules(int bestSize, int maxAnswerLength, boolean canBeNone, double noAnswerThreshold) {}
