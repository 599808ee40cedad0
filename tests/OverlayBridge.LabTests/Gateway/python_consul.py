"""What scripts do with Debian's python3-consul: python3 python_consul.py HOST PORT."""
import sys
import threading

import consul

host, port = sys.argv[1], int(sys.argv[2])
client = consul.Consul(host=host, port=port)

assert client.status.leader() in client.status.peers()
node = client.agent.self()["Config"]["NodeName"]
assert node in [shown["Node"] for shown in client.catalog.nodes()[1]]

session = client.session.create(name="python", behavior="delete", ttl=30, lock_delay=0)
assert client.session.info(session)[1]["TTL"] == "30s"
assert client.session.renew(session)["ID"] == session
assert session in [shown["ID"] for shown in client.session.node(node)[1]]
assert client.kv.put("python/lock", "mine", acquire=session)
assert client.kv.get("python/lock")[1]["Session"] == session

assert client.kv.put("python/a", "1", cas=0)
assert not client.kv.put("python/a", "2", cas=0)
index, before = client.kv.get("python/", recurse=True)
writer = consul.Consul(host=host, port=port)
threading.Timer(0.3, lambda: writer.kv.put("python/b", "news", flags=42)).start()
later, after = client.kv.get("python/", recurse=True, index=index, wait="30s")
assert int(later) > int(index) and len(after) == len(before) + 1
assert client.kv.get("python/", keys=True)[1] == ["python/a", "python/b", "python/lock"]
assert client.kv.get("python/b")[1]["Flags"] == 42 and client.kv.get("python/b")[1]["Value"] == b"news"

assert client.session.destroy(session)
assert client.kv.get("python/lock")[1] is None
assert client.kv.delete("python/", recurse=True)
assert client.kv.get("python/", recurse=True)[1] is None
print("all as expected")
