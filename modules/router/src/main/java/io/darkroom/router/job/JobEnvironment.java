package io.darkroom.router.job;

import io.darkroom.contract.uri.UriPolicy;

/**
 * What decisions about jobs are made with, beside the job itself.
 *
 * @param kept by other runs and jobs
 * @param tokens of attempts; the only thing that is another one each time it is asked
 * @param uris which a tenant may name
 */
record JobEnvironment(JobLimits limits, KeptOutputs kept, AttemptTokens tokens, UriPolicy uris) {}
