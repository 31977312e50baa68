package dev.tributary.protocol;

/**
 * What the server knows of a client before it trains: no data, only how much of it there is.
 *
 * @param id unique in the federation
 * @param domain the name of the domain its data come from
 * @param trainExamples the size of its training split, &gt; 0
 */
public record ClientFacts(String id, String domain, int trainExamples) {}
