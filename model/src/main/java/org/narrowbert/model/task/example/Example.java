package org.narrowbert.model.task.example;

/** One labelled thing of a data set, in the words of its file: no token ids, nothing cut. */
public sealed interface Example permits TextExample, WordsExample, ChoiceExample, QuestionExample {}
