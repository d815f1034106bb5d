-- stats count by user.username verb
SELECT "user".username AS "user.username", verb, count(*) AS count
FROM read_json('{file}', format = 'newline_delimited', maximum_object_size = 33554432, columns = {verb: 'VARCHAR', "user": 'STRUCT(username VARCHAR)'})
WHERE "user".username IS NOT NULL AND verb IS NOT NULL
GROUP BY ALL
