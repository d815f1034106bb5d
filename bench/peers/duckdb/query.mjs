// One query over one file:  node query.mjs QUERY.sql FILE THREADS
// The query's rows go to standard output, one JSON object a line.
import { readFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';

const [query, file, threads] = process.argv.slice(2);
const sql = (await readFile(query, 'utf8')).replaceAll('{file}', file.replaceAll("'", "''"));
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const reader = await connection.runAndReadAll(sql);
const lines = reader.getRowObjectsJson().map((row) => JSON.stringify(row));
process.stdout.write(lines.length > 0 ? lines.join('\n') + '\n' : '');
