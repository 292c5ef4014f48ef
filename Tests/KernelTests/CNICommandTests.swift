import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNICommandTests {
    @Test func versionIsToldWhateverTheEnvironment() throws {
        try withRuntime(pods: 0) { runtime, _ in
            let environment = [
                "CNI_COMMAND": "VERSION", "CNI_NETNS": "dummy", "CNI_PATH": "dummy", "CNI_IFNAME": "dum/my",
                "CNI_CONTAINERID": "!",
            ]
            for (input, version) in [("", "1.1.0"), (#"{"cniVersion":"0.4.0"}"#, "0.4.0"), ("{", "1.1.0")] {
                let answer = try runtime.execute(environment, Array(input.utf8))
                #expect(answer.exit == .exited(0))
                #expect(
                    answer.document == [
                        "cniVersion": .string(version),
                        "supportedVersions": ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"],
                    ]
                )
            }
        }
    }

    @Test func startedByHandItSaysWhatItIs() throws {
        try withRuntime(pods: 0) { runtime, _ in
            let answer = try runtime.execute([:], [])
            #expect(answer.exit == .exited(0))
            #expect(answer.text.isEmpty)
            #expect(answer.messages.hasPrefix("weft-cni: attaches containers"))
            #expect(answer.messages.contains("CNI protocol versions supported: 0.1.0, 0.2.0"))
        }
    }

    @Test func errorsAreOneDocumentOnStandardOutput() throws {
        try withRuntime(pods: 0) { runtime, _ in
            let answer = try runtime.execute(["CNI_COMMAND": "ADD", "CNI_PATH": "/"], [])
            #expect(answer.exit == .exited(1))
            #expect(answer.code == 4)
            #expect(answer.document?["msg"] == "required env variables [CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME] missing")
            #expect(answer.messages.isEmpty)
        }
    }

    @Test(arguments: ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"])
    func resultsAreInTheConfigurationsVersion(_ version: String) throws {
        try withRuntime(pods: 1) { runtime, pods in
            let configuration = runtime.configuration(["cniVersion": .string(version)])
            let document = try #require(try runtime.add("c1", to: pods[0], configuration).document)
            #expect(document["cniVersion"] == .string(version))
            #expect((document["ip4"] != nil) == (version < "0.3.0"))
            #expect((document["interfaces"] != nil) == (version >= "0.3.0"))
            #expect((document["ips"]?[1]?["version"] == "6") == (version >= "0.3.0" && version < "1.0.0"))
            #expect((document["interfaces"]?[2]?["mtu"] != nil) == (version >= "1.1.0"))
            try runtime.delete("c1", configuration)
            #expect(try pods[0].linkNames() == ["lo"])
        }
    }

    @Test func earlierResultInAChainStaysInFront() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let configuration = runtime.configuration([
                "prevResult": [
                    "cniVersion": "1.1.0", "interfaces": [["name": "first", "vendor": 7]],
                    "ips": [["address": "192.0.2.9/24", "interface": 0]], "vendor": ["a": 1],
                ]
            ])
            let document = try #require(try runtime.add("c1", to: pods[0], configuration).document)
            #expect(document["interfaces"]?[0] == ["name": "first", "vendor": 7])
            #expect(document["interfaces"]?.arrayValue?.count == 4)
            #expect(document["ips"]?[1]?["interface"] == 3)
            #expect(document["vendor"] == ["a": 1])
        }
    }

    /// What was changed behind the plugin's back, and what CHECK says to it.
    static let changes: [(command: [String], isInPod: Bool, text: String)] = [
        (["ip", "link", "set", "eth0", "down"], true, "eth0 is down"),
        (["ip", "route", "del", "default"], true, "the route 0.0.0.0/0 via 10.244.1.1"),
        (["ip", "-6", "route", "del", "default"], true, "the route ::/0 via fd00:1::1"),
        (
            ["ip", "address", "del", "10.244.1.2/24", "dev", "eth0"], true,
            "eth0 in the container lacks the address 10.244.1.2/24"
        ),
        (
            ["ip", "link", "set", "eth0", "address", "02:00:00:00:00:07"], true,
            "eth0 has the link address 02:00:00:00:00:07"
        ),
        (["ip", "link", "set", "eth0", "mtu", "1300"], true, "eth0 has the MTU 1300, not 1400"),
        (["ip", "link", "del", "eth0"], true, "eth0 is gone from the container"),
        (["ip", "address", "flush", "dev", "cni0"], false, "cni0 lacks the address 10.244.1.1/24"),
        (["ip", "link", "del", "cni0"], false, "bridge cni0 is gone"),
    ]

    @Test(arguments: changes)
    func checkSaysWhatChanged(_ command: [String], _ isInPod: Bool, _ text: String) throws {
        try withRuntime(pods: 1) { runtime, pods in
            let result = try #require(try runtime.add("c1", to: pods[0], runtime.configuration()).document)
            let configuration = runtime.configuration(["prevResult": result])
            let before = try runtime.call("CHECK", "c1", pods[0].path, configuration)
            #expect(before.exit == .exited(0), "\(before.text)")
            #expect(before.text.isEmpty)
            try Witness.run(command[0], Array(command.dropFirst()), in: (isInPod ? pods[0] : runtime.host).namespace)
            let after = try runtime.call("CHECK", "c1", pods[0].path, configuration)
            #expect(after.code == 102)
            #expect(after.error.contains(text), "\(after.error)")
        }
    }

    @Test func checkLooksAtPortAndReservation() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let result = try #require(try runtime.add("c1", to: pods[0], runtime.configuration()).document)
            let configuration = runtime.configuration(["prevResult": result])
            let port = try #require(result["interfaces"]?[1]?["name"]?.stringValue)
            try runtime.host.witness("ip", "link", "set", port, "type", "bridge_slave", "hairpin", "off")
            try File.remove("\(runtime.directory)/weft/fd00:1::2")
            try File.write("other\r\neth0".utf8, to: "\(runtime.directory)/weft/10.244.1.2")
            var answer = try runtime.call("CHECK", "c1", pods[0].path, configuration)
            #expect(answer.error.contains("\(port) does not reflect frames"))
            #expect(answer.error.contains("10.244.1.2 is reserved for container other; fd00:1::2 is not reserved"))
            try runtime.host.witness("ip", "link", "set", port, "nomaster")
            answer = try runtime.call("CHECK", "c1", pods[0].path, configuration)
            #expect(answer.error.contains("\(port) is no port of cni0"))
        }
    }

    @Test func checkNeedsAResultAndARecentVersion() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let bare = try runtime.call("CHECK", "c1", pods[0].path, runtime.configuration())
            #expect(bare.code == 7)
            let old = runtime.configuration(["cniVersion": "0.3.1"])
            #expect(try runtime.call("CHECK", "c1", pods[0].path, old).code == 1)
        }
    }

    @Test func garbageCollectionKeepsWhatIsNamed() throws {
        try withRuntime(pods: 3) { runtime, pods in
            for (index, pod) in pods.enumerated() {
                _ = try runtime.add("c\(index)", to: pod, runtime.configuration())
            }
            var other = runtime.configuration(
                ["name": "other"],
                ranges: [[["subnet": "10.244.1.0/24", "rangeStart": "10.244.1.100"]]]
            )
            other["isDefaultGateway"] = false
            _ = try runtime.add("c0", to: pods[0], other, interface: "eth1")
            try File.write("gone\r\neth0".utf8, to: "\(runtime.directory)/weft/10.244.1.50")
            try File.write("c1".utf8, to: "\(runtime.directory)/weft/10.244.1.51")
            let valid: JSONValue = [["containerID": "c1", "ifname": "eth0"]]
            let answer = try runtime.call("GC", "", "", runtime.configuration(["cni.dev/valid-attachments": valid]))
            #expect(answer.exit == .exited(0), "\(answer.text)")
            #expect(try runtime.reserved() == ["10.244.1.3", "10.244.1.51", "fd00:1::3"])
            #expect(try pods[0].linkNames() == ["eth1", "lo"])
            #expect(try pods[1].linkNames() == ["eth0", "lo"])
            #expect(try pods[2].linkNames() == ["lo"])
            #expect(File.exists("\(runtime.directory)/weft/lock"))
            let all = try runtime.call("GC", "", "", runtime.configuration(["cni.dev/valid-attachments": []]))
            #expect(all.exit == .exited(0), "\(all.text)")
            #expect(try runtime.reserved() == [])
            #expect(try pods[1].linkNames() == ["lo"])
            #expect(try runtime.reserved("other") == ["10.244.1.100"])
        }
    }

    @Test func statusIsHonest() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let configuration = runtime.configuration(ranges: [[["subnet": "10.244.1.0/30"]]])
            #expect(try runtime.call("STATUS", "", "", configuration).exit == .exited(0))
            _ = try runtime.add("c1", to: pods[0], configuration)
            let full = try runtime.call("STATUS", "", "", configuration)
            #expect(full.code == 50)
            #expect(
                full.error.hasPrefix(
                    "no IP addresses available in range set: 10.244.1.1-10.244.1.2: 1 of 1 are reserved"
                )
            )
            try runtime.delete("c1", configuration)
            #expect(try runtime.call("STATUS", "", "", configuration).exit == .exited(0))
            let wrong = try runtime.call("STATUS", "", "", runtime.configuration(["bridge": "lo"]))
            #expect(wrong.code == 50)
            #expect(try runtime.call("STATUS", "", "", runtime.configuration(["cniVersion": "1.0.0"])).code == 1)
        }
    }
}
