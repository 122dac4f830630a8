package org.narrowbert.model.training;

/**
 * One optimizer step.
 *
 * @param step number of steps made, from 1
 * @param result what it did
 * @param learningRate of this step
 * @param seconds it took, wall clock
 */
public record StepReport(long step, StepResult result, double learningRate, double seconds) {}
