CREATE TABLE reminder ( pupil_id INTEGER NOT NULL, remind_on DATE NOT NULL, PRIMARY KEY (pupil_id), FOREIGN KEY(pupil_id) REFERENCES pupil (id) ON DELETE RESTRICT );
INSERT INTO reminder (pupil_id, remind_on) SELECT pupil_id, min(remind_on) FROM pupil_milestone WHERE remind_on IS NOT NULL AND outcome IS NULL GROUP BY pupil_id;
ALTER TABLE pupil_milestone DROP COLUMN remind_on;
