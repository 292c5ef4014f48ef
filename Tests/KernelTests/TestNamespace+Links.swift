import LinuxSystemTesting

extension TestNamespace {
    /// Makes a veth pair from here to another namespace, as a witness makes it; both ends are down.
    func addVeth(_ name: String, to other: TestNamespace, as peer: String = "eth0") throws {
        try witness("ip", "link", "add", name, "type", "veth", "peer", "name", peer, "netns", other.name)
    }

    /// Makes `up0` here and `eth0` in another namespace: 192.0.2.1 and .2, 2001:db8::1 and ::2.
    func addUplink(to outside: TestNamespace) throws {
        try addVeth("up0", to: outside)
        for (namespace, link, number) in [(self, "up0", 1), (outside, "eth0", 2)] {
            try namespace.witness("ip", "link", "set", "lo", "up")
            try namespace.witness("ip", "link", "set", link, "up")
            try namespace.witness("ip", "address", "add", "192.0.2.\(number)/24", "dev", link)
            try namespace.witness("ip", "address", "add", "2001:db8::\(number)/64", "dev", link, "nodad")
        }
    }
}
