import Glibc
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing
import TrafficTesting

/// podman 4 with its CNI backend, our plugin and network list.
///
/// podman asks for VERSION with placeholders in all other variables first, and calls DEL from conmon's clean-up process
/// with next to no environment.
@Suite(.serialized)
struct PodmanTests {
    private func podman(_ sandbox: RuntimeSandbox, _ arguments: [String]) throws -> String {
        let configuration = """
            [containers]
            cgroupns = "host"
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            [network]
            network_backend = "cni"
            cni_plugin_dirs = ["/opt/cni/bin"]
            network_config_dir = "/etc/cni/net.d"
            default_network = "weft"
            """
        let path = "\(sandbox.directory)/containers.conf"
        try File.write(configuration.utf8, to: path)
        return try sandbox.run(
            "podman",
            ["--root", "/var/lib/podman", "--runroot", "/run/podman", "--storage-driver", "vfs"] + arguments,
            environment: ["CONTAINERS_CONF": path]
        )
    }

    private func run(_ sandbox: RuntimeSandbox, _ options: [String], _ arguments: [String]) throws -> String {
        try podman(
            sandbox,
            ["run", "--network", "weft", "--cgroup-parent", "/\(sandbox.group)"] + options
                + ["--rootfs", "\(sandbox.directory)/rootfs", "/bin/busybox"] + arguments
        )
    }

    @Test func publishedPortsLeadToTheContainerFromEverywhereAndLeaveNothing() throws {
        try withRuntimeSandbox("10-weft-ports.conflist") { sandbox in
            _ = try run(
                sandbox,
                ["--detach", "--name", "server", "--publish", "18080:80"],
                ["httpd", "-f", "-p", "80", "-h", "/www"]
            )
            for (address, port) in [("10.88.0.2", 80), ("10.88.0.1", 18080), ("127.0.0.1", 18080)] as [(String, UInt16)]
            {
                let target = IPEndpoint(address: try #require(IPAddress(address)), port: Port(rawValue: port))
                try eventually("the server answers at \(target)") {
                    try sandbox.host.run { (try? HTTPProbe(target, path: "/name").get())?.body == "served" }
                }
            }
            // From another container: ping, and the published port on the gateway.
            _ = try run(sandbox, ["--rm"], ["ping", "-c", "1", "-W", "5", "10.88.0.2"])
            // Not wget: a static busybox's breaks off with a segmentation fault.
            let question = "printf 'GET /name HTTP/1.0\\r\\n\\r\\n' | /bin/busybox nc -w 5 10.88.0.1 18080"
            #expect(try run(sandbox, ["--rm"], ["sh", "-c", question]).hasSuffix("served"))
            _ = try podman(sandbox, ["rm", "--force", "--time", "0", "server"])
            let calls = try sandbox.calls()
            #expect(calls.contains { $0.hasPrefix("VERSION netns=dummy") })
            #expect(calls.filter { $0.hasPrefix("ADD netns=/run/netns/") }.count == 3)
            #expect(calls.filter { $0.hasPrefix("DEL ") }.count >= 3)
            try sandbox.expectNothingLeft()
            #expect(try sandbox.namespaces() == [])
        }
    }
}

extension RuntimeSandbox {
    /// The names of network namespaces that podman keeps.
    fileprivate func namespaces() throws -> [String] { try File.entries(ofDirectory: "\(directory)/run/netns") }
}
