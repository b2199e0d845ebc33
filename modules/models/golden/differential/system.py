"""One Darkroom for all cases: `darkroom up`, jobs through its topics, results from them. Needs confluent-kafka."""

import json
import subprocess
import time

QUIET = 180  # seconds without a result after which the rest counts as lost


class System:
    def __init__(self, darkroom, models, data, port):
        command = [str(darkroom), "up", "--data", str(data), "--port", str(port), "--models", str(models)]
        self.server, self.said = f"localhost:{port}", []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C stops it" in line:
                return
        raise SystemExit(f"{' '.join(command)}\n{''.join(self.said)}")

    def close(self):
        self.process.terminate()
        self.process.wait()

    def results(self, jobs):
        """Submits all jobs; gives results as they come."""
        from confluent_kafka import Consumer, Producer

        producer = Producer({"bootstrap.servers": self.server})
        for job in jobs:
            producer.produce("darkroom.requests", json.dumps(job).encode())
        producer.flush()
        consumer = Consumer({"bootstrap.servers": self.server, "group.id": "differential", "auto.offset.reset": "earliest",
                             "isolation.level": "read_committed"})
        consumer.subscribe(["darkroom.results"])
        waiting, last = {job["id"] for job in jobs}, time.monotonic()
        while waiting and time.monotonic() - last < QUIET:
            record = consumer.poll(1.0)
            if record is None or record.error():
                continue
            result = json.loads(record.value())
            if result["id"] in waiting:
                waiting.remove(result["id"])
                last = time.monotonic()
                yield result
        consumer.close()
