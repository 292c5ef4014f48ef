import ClusterTesting
import Glibc
import LinuxSystem
import LinuxSystemTesting
import Testing

/// A real container runtime with all that it writes, for one test: nothing of it reaches the machine.
///
/// Its network namespace plays the host. In a mount namespace, /run, /var/lib, /opt and /etc/cni are folders of a
/// temporary directory; in a process namespace its first process is ours, and all others end with it.
final class RuntimeSandbox {
    let host: TestNamespace
    /// The temporary directory.
    let directory: String
    /// What the runtimes' control groups are called, below the machine's.
    let group: String
    private let holder: ChildProcess
    private let first: Int32

    /// Prepares the folders, with one network of cni-conf/, and weft-cni in the plugin folder.
    init(host: TestNamespace, network file: String) throws {
        self.host = host
        directory = try File.createTemporaryDirectory(prefix: "weft-runtime")
        group = "weft-test-\(getpid())-\(File.name(of: directory))"
        do {
            try Self.makeFolders(directory)
            try Self.makeRootFileSystem("\(directory)/rootfs")
            let list = try File.read("\(Self.configurations)/\(file)")
            try File.write(list, to: "\(directory)/etc-cni/net.d/\(file)")
            try Self.installPlugin(directory)
            holder = try ChildProcess.start(Self.holderCommand(directory, host))
            first = try Self.firstProcess(of: holder)
        } catch {
            try? File.removeTree(directory)
            throw error
        }
    }

    /// The folder of the network lists that we ship.
    private static let configurations =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/cni-conf"

    private static func makeFolders(_ directory: String) throws {
        for folder in ["run/netns", "lib/cni", "opt/cni/bin", "etc-cni/net.d", "rootfs", "groups"] {
            try File.createDirectories("\(directory)/\(folder)")
        }
    }

    /// A root file system of one static program (Debian's busybox-static), and a file to be served.
    private static func makeRootFileSystem(_ root: String) throws {
        for folder in ["bin", "proc", "dev", "sys", "etc", "tmp", "run", "www"] {
            try File.createDirectories("\(root)/\(folder)")
        }
        try File.write(File.read("/bin/busybox"), to: "\(root)/bin/busybox", permissions: 0o755)
        try File.write("served".utf8, to: "\(root)/www/name")
    }

    /// weft-cni behind a script that notes what it is called with, as runtimes differ there.
    private static func installPlugin(_ directory: String) throws {
        let plugin = try Programs.besideThisOne().weftCNI
        let script = """
            #!/bin/sh
            echo "$CNI_COMMAND netns=$CNI_NETNS" >>\(directory)/calls
            exec \(plugin)
            """
        try File.write(script.utf8, to: "\(directory)/opt/cni/bin/weft-cni", permissions: 0o755)
    }

    private static func holderCommand(_ directory: String, _ host: TestNamespace) -> ProcessCommand {
        // runc 1.1 finds no hierarchies where version 1 and 2 are mounted side by side ("hybrid"), so it is shown those
        // of version 1 alone there.
        let script = """
            set -e
            mount --bind \(directory)/etc-cni /etc/cni
            mount --bind \(directory)/lib /var/lib
            mount --bind \(directory)/opt /opt
            mount --bind \(directory)/run /run
            if [ -d /sys/fs/cgroup/unified ]; then
                mount -t tmpfs groups \(directory)/groups
                for each in /sys/fs/cgroup/*; do
                    name=${each##*/}
                    [ "$name" = unified ] && continue
                    mkdir \(directory)/groups/$name
                    mount --bind "$each" \(directory)/groups/$name
                done
                mount --rbind \(directory)/groups /sys/fs/cgroup
            fi
            echo ready
            exec sleep 3600
            """
        return ProcessCommand(
            "unshare",
            [
                "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "--propagation", "private", "sh", "-c",
                script,
            ],
            networkNamespace: host.namespace,
            endsWithParent: true
        )
    }

    /// Waits until everything is mounted; returns the process that is number 1 inside.
    private static func firstProcess(of holder: ChildProcess) throws -> Int32 {
        let deadline = Deadline.after(.seconds(20))
        while try !String(decoding: holder.capturedOutput(), as: UTF8.self).contains("ready") {
            let messages = String(decoding: try holder.capturedMessages(), as: UTF8.self)
            try #require(try holder.poll() == nil && !deadline.hasPassed, "no sandbox: \(messages)")
            usleep(10_000)
        }
        let children = try File.readText("/proc/\(holder.pid)/task/\(holder.pid)/children")
        return try #require(children.split(separator: " ").first.flatMap { Int32($0) })
    }

    /// A program inside.
    func command(_ program: String, _ arguments: [String], environment: [String: String] = [:]) -> ProcessCommand {
        var variables = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"]
        for (name, value) in environment { variables[name] = value }
        return ProcessCommand(
            "nsenter",
            ["--target", "\(first)", "--mount", "--pid", "--", program] + arguments,
            environment: variables,
            networkNamespace: host.namespace
        )
    }

    /// Runs a program inside, which must succeed.
    @discardableResult
    func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
        let command = command(program, arguments, environment: environment)
        return try ChildProcess.runSuccessfully(command, until: .after(.seconds(60))).text
    }

    /// What the plugin was called with: "ADD netns=/proc/71/ns/net".
    func calls() throws -> [String] {
        let path = "\(directory)/calls"
        return File.exists(path) ? try File.readText(path).split(separator: "\n").map(String.init) : []
    }

    /// The addresses that are reserved.
    func reserved() throws -> [String] {
        try entries("lib/cni/networks/weft").filter { !$0.hasPrefix("last_reserved_ip") && $0 != "lock" }
    }

    /// What libcni remembers.
    func results() throws -> [String] { try entries("lib/cni/results") }

    private func entries(_ folder: String) throws -> [String] {
        let path = "\(directory)/\(folder)"
        return File.exists(path) ? try File.entries(ofDirectory: path) : []
    }

    /// Nothing of a container is left: link, rule, reservation, record.
    func expectNothingLeft() throws {
        let links = try host.witness("ip", "-brief", "link").split(separator: "\n").map { $0.prefix { $0 != " " } }
        #expect(links.sorted() == ["cni0", "lo"])
        #expect(try host.witness("nft", "list", "ruleset") == "")
        #expect(try reserved() == [])
        #expect(try results() == [])
    }

    /// Ends all that runs inside, and removes the folders and the control groups.
    func remove() throws {
        try holder.stop(grace: .zero)
        removeGroups()
        try File.removeTree(directory)
    }

    /// Control groups vanish when they are empty, from the innermost on.
    private func removeGroups() {
        let root = "/sys/fs/cgroup"
        let hierarchies = ((try? File.entries(ofDirectory: root)) ?? []).map { "\(root)/\($0)" } + [root]
        for hierarchy in hierarchies { removeGroup("\(hierarchy)/\(group)") }
    }

    private func removeGroup(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
        for name in (try? File.entries(ofDirectory: path)) ?? [] {
            removeGroup("\(path)/\(name)")
        }
        let deadline = Deadline.after(.seconds(5))
        // Its processes were killed a moment ago.
        while unsafe rmdir(path) != 0, errno == EBUSY, !deadline.hasPassed { usleep(10_000) }
    }
}

extension File {
    /// The last part of a path.
    fileprivate static func name(of path: String) -> String { String(path.split(separator: "/").last ?? "") }
}

/// A test with a runtime's sandbox, which is removed also after a failure.
func withRuntimeSandbox(
    _ network: String,
    _ label: String = #function,
    _ body: (RuntimeSandbox) throws -> Void
) throws {
    try withTestNamespaces(1, "runtime-\(label)") { namespaces in
        let sandbox = try RuntimeSandbox(host: namespaces[0], network: network)
        do {
            try body(sandbox)
        } catch {
            try? sandbox.remove()
            throw error
        }
        try sandbox.remove()
    }
}

/// Waits until something holds, in small steps.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(30),
    _ condition: () throws -> Bool
) throws {
    let deadline = Deadline.after(limit)
    while try !condition() {
        try #require(!deadline.hasPassed, "never happened: \(what)")
        usleep(20_000)
    }
}
