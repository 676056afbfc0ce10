DROP INDEX missed_by_date;
CREATE INDEX missed_by_date ON pupil_milestone (late_after, pupil_id, milestone_id) WHERE outcome = 'missed';
