import ClusterModel
import JSONTree
import NetworkTypes
import Testing

/// Changes of Services that have been given their addresses and ports.
struct ServiceUpdateTests {
    static func stored(_ spec: String) throws -> JSONValue {
        let base: JSONValue = [
            "metadata": ["name": "web", "namespace": "shop"],
            "spec": ["ports": [["name": "http", "port": 80]], "selector": ["a": "b"]],
        ]
        var json = try Samples.create(.service, base.with("{\"spec\":\(spec)}"), families: [.ipv4, .ipv6])
        json[path: "metadata", "resourceVersion"] = "7"
        return json
    }

    static func update(_ old: JSONValue, _ new: JSONValue) throws(StatusObject) -> JSONValue {
        try Samples.rules(.service, [.ipv4, .ipv6]).prepareForUpdate(old: old, new: new)
    }

    static let nodePort =
        #"{"type":"NodePort","clusterIP":"10.96.0.9","ports":[{"name":"http","port":80,"nodePort":30080}]}"#

    @Test func putWithoutAddressesAndPortsKeepsThem() throws {
        let old = try Self.stored(Self.nodePort)
        var new = old
        for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "externalTrafficPolicy"] {
            new[path: "spec", key] = nil
        }
        new[path: "spec", "ports"] = [["name": "http", "port": 8080], ["name": "new", "port": 81]]
        let updated = Service(unchecked: try Self.update(old, new)).spec
        #expect(updated.clusterIP == "10.96.0.9" && updated.clusterIPs == ["10.96.0.9"])
        #expect(updated.ipFamilies == [.ipv4] && updated.ipFamilyPolicy == .singleStack)
        #expect(updated.ports.map(\.nodePort) == [30080, nil])
    }

    @Test func portThatTookAnothersNodePortKeepsIt() throws {
        let old = try Self.stored(Self.nodePort)
        let new = try old.with(
            #"{"spec":{"ports":[{"name":"http","port":80},{"name":"x","port":81,"nodePort":30080}]}}"#
        )
        let ports = Service(unchecked: try Self.update(old, new)).spec.ports
        #expect(ports.map(\.nodePort) == [nil, 30080])
    }

    @Test func typeChangeDropsWhatTheServerHadSet() throws {
        let old = try Self.stored(Self.nodePort)
        let plain = try Self.update(old, old.with(#"{"spec":{"type":"ClusterIP"}}"#))
        #expect(plain[path: "spec", "ports"]?[0]?["nodePort"] == nil)
        #expect(plain[path: "spec", "externalTrafficPolicy"] == nil)
        #expect(plain[path: "spec", "clusterIP"] == "10.96.0.9")
        let name = try Self.update(old, old.with(#"{"spec":{"type":"ExternalName","externalName":"db.example.com"}}"#))
        for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "externalTrafficPolicy"] {
            #expect(name[path: "spec", key] == nil, "\(key) stays")
        }
        let balancer = try Self.stored(
            #"{"type":"LoadBalancer","clusterIP":"10.96.0.9","externalTrafficPolicy":"Local","healthCheckNodePort":30999,"loadBalancerClass":"x.y/z"}"#
        )
        let after = try Self.update(balancer, balancer.with(#"{"spec":{"type":"ClusterIP"}}"#))
        for key in [
            "healthCheckNodePort", "loadBalancerClass", "allocateLoadBalancerNodePorts", "externalTrafficPolicy",
        ] {
            #expect(after[path: "spec", key] == nil, "\(key) stays")
        }
    }

    @Test func changeFromExternalNameGetsFamiliesAgain() throws {
        let old = try Self.stored(#"{"type":"ExternalName","externalName":"db.example.com"}"#)
        let new = try Self.update(old, old.with(#"{"spec":{"type":"ClusterIP","externalName":null}}"#))
        #expect(new[path: "spec", "ipFamilies"] == ["IPv4"])
        #expect(new[path: "spec", "internalTrafficPolicy"] == "Cluster")
    }

    @Test func downgradeDropsTheSecondFamily() throws {
        let old = try Self.stored(
            #"{"clusterIP":"10.96.0.9","clusterIPs":["10.96.0.9","fd00::9"],"ipFamilyPolicy":"RequireDualStack"}"#
        )
        #expect(old[path: "spec", "ipFamilies"] == ["IPv4", "IPv6"])
        let new = Service(unchecked: try Self.update(old, old.with(#"{"spec":{"ipFamilyPolicy":"SingleStack"}}"#))).spec
        #expect(new.clusterIPs == ["10.96.0.9"] && new.ipFamilies == [.ipv4])
    }

    @Test func upgradeAddsTheSecondFamily() throws {
        let old = try Self.stored(#"{"clusterIP":"10.96.0.9"}"#)
        let new = Service(unchecked: try Self.update(old, old.with(#"{"spec":{"ipFamilyPolicy":"PreferDualStack"}}"#)))
            .spec
        #expect(new.clusterIPs == ["10.96.0.9"] && new.ipFamilies == [.ipv4, .ipv6])
    }

    static let refused: [(String, String, String)] = [
        (
            #"{"clusterIP":"10.96.0.9"}"#, #"{"clusterIP":"10.96.0.10"}"#,
            #"spec.clusterIPs[0]: Invalid value: ["10.96.0.10"]: may not change once set"#
        ),
        (
            #"{"clusterIP":"10.96.0.9"}"#, #"{"clusterIP":"None"}"#,
            #"spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set"#
        ),
        (
            #"{"clusterIP":"None"}"#, #"{"clusterIP":"10.96.0.9","clusterIPs":["10.96.0.9"]}"#,
            #"spec.clusterIPs[0]: Invalid value: ["10.96.0.9"]: may not change once set"#
        ),
        (
            #"{"clusterIP":"10.96.0.9"}"#, #"{"ipFamilies":["IPv6"]}"#,
            #"spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set; "#
                + #"spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `spec.ipFamilies[0]`"#
        ),
        (
            #"{"type":"LoadBalancer","clusterIP":"10.96.0.9","externalTrafficPolicy":"Local","healthCheckNodePort":30999}"#,
            #"{"healthCheckNodePort":30998}"#, "spec.healthCheckNodePort: Forbidden: field is immutable"
        ),
        (
            #"{"type":"LoadBalancer","clusterIP":"10.96.0.9"}"#, #"{"loadBalancerClass":"a/b"}"#,
            #"spec.loadBalancerClass: Invalid value: "a/b": may not change once set"#
        ),
        (
            #"{"clusterIP":"10.96.0.9","clusterIPs":["10.96.0.9","fd00::9"],"ipFamilyPolicy":"RequireDualStack"}"#,
            #"{"clusterIPs":["10.96.0.9","fd00::8"]}"#,
            #"spec.clusterIPs[1]: Invalid value: ["10.96.0.9","fd00::8"]: may not change once set"#
        ),
    ]

    @Test(arguments: refused) func immutableFieldStays(old: String, change: String, problem: String) throws {
        let old = try Self.stored(old)
        let new = try old.with("{\"spec\":\(change)}")
        let problems = Samples.problems { () throws(StatusObject) in try Self.update(old, new) }
        #expect(problems.joined(separator: "; ") == problem)
    }

    @Test func applyThatRenumbersAPortByMergeKeyFailsAsInTheServer() throws {
        let old = try Self.stored("{}")
        let new = try old.with(#"{"spec":{"ports":[{"name":"http","port":80},{"name":"http","port":8080}]}}"#)
        #expect(
            Samples.problems { () throws(StatusObject) in try Self.update(old, new) }
                == [#"spec.ports[1].name: Duplicate value: "http""#]
        )
    }
}
