-- The page of a device asks for the judgements about its build, in this order: without an
-- index that has both, all judgements of the organisation are looked at.
CREATE INDEX judgement_by_configuration
    ON judgement (head, configuration, vulnerability, component, view);
