import Glibc
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing
import TrafficTesting

/// `ctr run --cni` of Debian's containerd with our plugin and network list.
///
/// ctr looks in fixed folders, gives /proc/PID/ns/net as the namespace, and calls DEL with an empty one.
@Suite(.serialized)
struct ContainerdTests {
    @Test func containersComeGoAndLeaveNothing() throws {
        try withRuntimeSandbox("10-weft-dualstack.conflist") { sandbox in
            let daemon = try Containerd(sandbox)
            let server = try daemon.run("server", ["httpd", "-f", "-p", "80", "-h", "/www"])
            try eventually("the server's addresses are reserved") { try sandbox.reserved().count == 2 }
            for address in ["10.88.0.2", "fd00:88::2"] {
                let target = IPEndpoint(address: try #require(IPAddress(address)), port: 80)
                try eventually("the server answers at \(address)") {
                    try sandbox.host.run { (try? HTTPProbe(target, path: "/name").get())?.body == "served" }
                }
            }
            // A second container reaches the first one, its gateway and itself.
            for address in ["10.88.0.2", "10.88.0.1", "10.88.0.3"] {
                let client = try daemon.run("client", ["ping", "-c", "1", "-W", "5", address])
                #expect(try daemon.end(of: client) == .exited(0), "ping \(address)")
                #expect(try sandbox.reserved() == ["10.88.0.2", "fd00:88::2"])
                try sandbox.forgetLastAddress()
            }
            try daemon.kill("server")
            _ = try daemon.end(of: server)
            #expect(try sandbox.calls().filter { $0 == "DEL netns=" }.count == 4)
            try sandbox.expectNothingLeft()
            try daemon.stop()
        }
    }
}

extension RuntimeSandbox {
    /// The next address is the first free one again, so that a test knows it.
    fileprivate func forgetLastAddress() throws {
        for index in 0...1 { try File.remove("\(directory)/lib/cni/networks/weft/last_reserved_ip.\(index)") }
    }
}

/// A containerd of the sandbox's own.
private struct Containerd {
    private let sandbox: RuntimeSandbox
    private let daemon: ChildProcess
    private var socket: String { "\(sandbox.directory)/run/containerd.sock" }

    init(_ sandbox: RuntimeSandbox) throws {
        self.sandbox = sandbox
        let directory = sandbox.directory
        let configuration = """
            version = 2
            root = "\(directory)/lib/containerd"
            state = "\(directory)/run/containerd"
            disabled_plugins = [
              "io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
              "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
            ]
            [grpc]
            address = "\(directory)/run/containerd.sock"
            [ttrpc]
            address = "\(directory)/run/containerd.sock.ttrpc"
            """
        try File.write(configuration.utf8, to: "\(directory)/containerd.toml")
        let daemon = try ChildProcess.start(
            sandbox.command("containerd", ["--config", "\(directory)/containerd.toml"])
        )
        self.daemon = daemon
        try eventually("containerd answers") {
            let messages = String(decoding: try daemon.capturedMessages().suffix(1000), as: UTF8.self)
            try #require(try daemon.poll() == nil, "containerd ended: \(messages)")
            return (try? ctr(["version"])) != nil
        }
    }

    /// Starts a container of busybox, as a process that lives as long as it does and calls DEL at the end.
    func run(_ name: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess.start(
            sandbox.command(
                "ctr",
                global + ["run", "--rm", "--cni", "--rootfs", "\(sandbox.directory)/rootfs", name, "/bin/busybox"]
                    + arguments
            )
        )
    }

    func end(of container: ChildProcess) throws -> LinuxSystem.ExitStatus? {
        let status = try container.wait(until: .after(.seconds(30)))
        let messages = String(decoding: try container.capturedMessages(), as: UTF8.self)
        try #require(status != nil, "\(container) does not end: \(messages)")
        return status
    }

    func kill(_ name: String) throws { try ctr(["task", "kill", "--signal", "SIGKILL", name]) }

    func stop() throws { try daemon.stop(grace: .seconds(10)) }

    @discardableResult
    private func ctr(_ arguments: [String]) throws -> String { try sandbox.run("ctr", global + arguments) }

    /// Control groups are named by ctr's own namespace.
    private var global: [String] { ["--address", socket, "--namespace", sandbox.group] }
}
