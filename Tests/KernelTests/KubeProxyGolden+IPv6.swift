extension KubeProxyGolden {
    /// The tables of IPv6.
    static let ipv6 = #"""
        *mangle
        :KUBE-PROXY-CANARY - [0:0]
        COMMIT
        *filter
        :KUBE-EXTERNAL-SERVICES - [0:0]
        :KUBE-FIREWALL - [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        :KUBE-SERVICES - [0:0]
        -A INPUT -j KUBE-FIREWALL
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A OUTPUT -j KUBE-FIREWALL
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A KUBE-EXTERNAL-SERVICES -d 2001:db8:9::77/128 -p tcp -m comment --comment "shop/away:http has no local endpoints" -m tcp --dport 80 -j DROP
        -A KUBE-EXTERNAL-SERVICES -d 2001:db8:9::21/128 -p tcp -m comment --comment "shop/away:http has no local endpoints" -m tcp --dport 80 -j DROP
        -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/away:http has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30085 -j DROP
        -A KUBE-EXTERNAL-SERVICES -d 2001:db8:9::78/128 -p tcp -m comment --comment "shop/empty:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp6-port-unreachable
        -A KUBE-EXTERNAL-SERVICES -d 2001:db8:9::22/128 -p tcp -m comment --comment "shop/empty:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp6-port-unreachable
        -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/empty:http has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30088 -j REJECT --reject-with icmp6-port-unreachable
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j DROP
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/away:http health check node port" -m tcp --dport 31001 -j ACCEPT
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/edge:http health check node port" -m tcp --dport 31000 -j ACCEPT
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/edge:https health check node port" -m tcp --dport 31000 -j ACCEPT
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/loyal:http health check node port" -m tcp --dport 31002 -j ACCEPT
        -A KUBE-PROXY-FIREWALL -d 2001:db8:9::10/128 -p tcp -m comment --comment "shop/gateway:http traffic not accepted by KUBE-FW-TB5B4CTQPKKJSQUS" -m tcp --dport 80 -j DROP
        -A KUBE-SERVICES -d fd96::12/128 -p tcp -m comment --comment "shop/empty:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp6-port-unreachable
        -A KUBE-SERVICES -d fd96::10/128 -p tcp -m comment --comment "shop/far:http has no local endpoints" -m tcp --dport 80 -j DROP
        COMMIT
        *nat
        :KUBE-EXT-25FJTMN2OLOPNGWS - [0:0]
        :KUBE-EXT-3R55B5W2BQDIGALS - [0:0]
        :KUBE-EXT-67NZLRHBNDSAWJRO - [0:0]
        :KUBE-EXT-6DIQQWZY5FTPVDUK - [0:0]
        :KUBE-EXT-BVB44PTKKMWAT5VQ - [0:0]
        :KUBE-EXT-GPRFF4J26USBYXMS - [0:0]
        :KUBE-EXT-J5F2GEME6EMVBKM5 - [0:0]
        :KUBE-EXT-PNCABDFH6LF6WYZE - [0:0]
        :KUBE-EXT-TB5B4CTQPKKJSQUS - [0:0]
        :KUBE-EXT-TFCKRJ4VVZESZDQY - [0:0]
        :KUBE-FW-TB5B4CTQPKKJSQUS - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-SEP-3LJ3K6LIQ7PEKPYH - [0:0]
        :KUBE-SEP-AA2BYWSBPQVREQ6S - [0:0]
        :KUBE-SEP-AG5EBMDMC6MR3532 - [0:0]
        :KUBE-SEP-AHWBLYWAPOVA35LF - [0:0]
        :KUBE-SEP-AJW324QVDIPOWGXG - [0:0]
        :KUBE-SEP-EXAPC7BFEL6QXKWA - [0:0]
        :KUBE-SEP-IK66ZY3YPO6HRAVS - [0:0]
        :KUBE-SEP-IMEPJ6IV4LJXNL7D - [0:0]
        :KUBE-SEP-JANTS3KGGHX2SUK2 - [0:0]
        :KUBE-SEP-LRU6YJOAAAEIQLCO - [0:0]
        :KUBE-SEP-M6XFHX4DPXUQNVHP - [0:0]
        :KUBE-SEP-PW3FIUP4OHJ6DDTG - [0:0]
        :KUBE-SEP-Q4W4KXUTRHAOXS2B - [0:0]
        :KUBE-SEP-QW36BFEALYBNE24F - [0:0]
        :KUBE-SEP-QYPTWT2SRNBONVOQ - [0:0]
        :KUBE-SEP-R5KILFEQKFLH2EVT - [0:0]
        :KUBE-SEP-TG7P3JYAFUYAXKQE - [0:0]
        :KUBE-SEP-UQF2GJSM6FESSEML - [0:0]
        :KUBE-SEP-VF6ADIXXBPL7JDZ2 - [0:0]
        :KUBE-SEP-VPTWDEU3VTEJ4UTG - [0:0]
        :KUBE-SEP-WM665BE74EVA55S5 - [0:0]
        :KUBE-SEP-X6K6TA6Z2TYJUYHE - [0:0]
        :KUBE-SEP-X75UWUD6RHJT47FG - [0:0]
        :KUBE-SEP-XAV7R2G5GKOYA7KT - [0:0]
        :KUBE-SEP-XDHROE3O37PBTDQY - [0:0]
        :KUBE-SEP-XR5NYJCYFLCZ6HCX - [0:0]
        :KUBE-SEP-ZV2HLPCCWZAR54KZ - [0:0]
        :KUBE-SERVICES - [0:0]
        :KUBE-SVC-25FJTMN2OLOPNGWS - [0:0]
        :KUBE-SVC-3R55B5W2BQDIGALS - [0:0]
        :KUBE-SVC-4XI5CTFPAP7AFMBM - [0:0]
        :KUBE-SVC-67NZLRHBNDSAWJRO - [0:0]
        :KUBE-SVC-6DIQQWZY5FTPVDUK - [0:0]
        :KUBE-SVC-BVB44PTKKMWAT5VQ - [0:0]
        :KUBE-SVC-GPRFF4J26USBYXMS - [0:0]
        :KUBE-SVC-I3QQDNIEA7CYJS3V - [0:0]
        :KUBE-SVC-J5F2GEME6EMVBKM5 - [0:0]
        :KUBE-SVC-LM26URKFZTJZ54SF - [0:0]
        :KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]
        :KUBE-SVC-PNCABDFH6LF6WYZE - [0:0]
        :KUBE-SVC-TB5B4CTQPKKJSQUS - [0:0]
        :KUBE-SVC-TFCKRJ4VVZESZDQY - [0:0]
        :KUBE-SVL-2S6KKOSRNB4JOMNG - [0:0]
        :KUBE-SVL-6DIQQWZY5FTPVDUK - [0:0]
        :KUBE-SVL-BVB44PTKKMWAT5VQ - [0:0]
        :KUBE-SVL-PNCABDFH6LF6WYZE - [0:0]
        :KUBE-SVL-TFCKRJ4VVZESZDQY - [0:0]
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-EXT-25FJTMN2OLOPNGWS -m comment --comment "masquerade traffic for shop/sticky:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-25FJTMN2OLOPNGWS -j KUBE-SVC-25FJTMN2OLOPNGWS
        -A KUBE-EXT-3R55B5W2BQDIGALS -m comment --comment "masquerade traffic for shop/far:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-3R55B5W2BQDIGALS -j KUBE-SVC-3R55B5W2BQDIGALS
        -A KUBE-EXT-67NZLRHBNDSAWJRO -m comment --comment "masquerade traffic for shop/web:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-67NZLRHBNDSAWJRO -j KUBE-SVC-67NZLRHBNDSAWJRO
        -A KUBE-EXT-6DIQQWZY5FTPVDUK -s fd44::/48 -m comment --comment "pod traffic for shop/edge:http external destinations" -j KUBE-SVC-6DIQQWZY5FTPVDUK
        -A KUBE-EXT-6DIQQWZY5FTPVDUK -m comment --comment "masquerade LOCAL traffic for shop/edge:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-6DIQQWZY5FTPVDUK -m comment --comment "route LOCAL traffic for shop/edge:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-6DIQQWZY5FTPVDUK
        -A KUBE-EXT-6DIQQWZY5FTPVDUK -j KUBE-SVL-6DIQQWZY5FTPVDUK
        -A KUBE-EXT-BVB44PTKKMWAT5VQ -s fd44::/48 -m comment --comment "pod traffic for shop/loyal:http external destinations" -j KUBE-SVC-BVB44PTKKMWAT5VQ
        -A KUBE-EXT-BVB44PTKKMWAT5VQ -m comment --comment "masquerade LOCAL traffic for shop/loyal:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-BVB44PTKKMWAT5VQ -m comment --comment "route LOCAL traffic for shop/loyal:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-BVB44PTKKMWAT5VQ
        -A KUBE-EXT-BVB44PTKKMWAT5VQ -j KUBE-SVL-BVB44PTKKMWAT5VQ
        -A KUBE-EXT-GPRFF4J26USBYXMS -s fd44::/48 -m comment --comment "pod traffic for shop/away:http external destinations" -j KUBE-SVC-GPRFF4J26USBYXMS
        -A KUBE-EXT-GPRFF4J26USBYXMS -m comment --comment "masquerade LOCAL traffic for shop/away:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-GPRFF4J26USBYXMS -m comment --comment "route LOCAL traffic for shop/away:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-GPRFF4J26USBYXMS
        -A KUBE-EXT-J5F2GEME6EMVBKM5 -m comment --comment "masquerade traffic for shop/signal external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-J5F2GEME6EMVBKM5 -j KUBE-SVC-J5F2GEME6EMVBKM5
        -A KUBE-EXT-PNCABDFH6LF6WYZE -s fd44::/48 -m comment --comment "pod traffic for shop/both:http external destinations" -j KUBE-SVC-PNCABDFH6LF6WYZE
        -A KUBE-EXT-PNCABDFH6LF6WYZE -m comment --comment "masquerade LOCAL traffic for shop/both:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-PNCABDFH6LF6WYZE -m comment --comment "route LOCAL traffic for shop/both:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-PNCABDFH6LF6WYZE
        -A KUBE-EXT-PNCABDFH6LF6WYZE -j KUBE-SVL-PNCABDFH6LF6WYZE
        -A KUBE-EXT-TB5B4CTQPKKJSQUS -m comment --comment "masquerade traffic for shop/gateway:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-TB5B4CTQPKKJSQUS -j KUBE-SVC-TB5B4CTQPKKJSQUS
        -A KUBE-EXT-TFCKRJ4VVZESZDQY -s fd44::/48 -m comment --comment "pod traffic for shop/edge:https external destinations" -j KUBE-SVC-TFCKRJ4VVZESZDQY
        -A KUBE-EXT-TFCKRJ4VVZESZDQY -m comment --comment "masquerade LOCAL traffic for shop/edge:https external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-TFCKRJ4VVZESZDQY -m comment --comment "route LOCAL traffic for shop/edge:https external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-TFCKRJ4VVZESZDQY
        -A KUBE-EXT-TFCKRJ4VVZESZDQY -j KUBE-SVL-TFCKRJ4VVZESZDQY
        -A KUBE-FW-TB5B4CTQPKKJSQUS -s 2001:db8:1::/64 -m comment --comment "shop/gateway:http loadbalancer IP" -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-FW-TB5B4CTQPKKJSQUS -s 2001:db8:0:5::/64 -m comment --comment "shop/gateway:http loadbalancer IP" -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-FW-TB5B4CTQPKKJSQUS -s 2001:db8:9::10/128 -m comment --comment "shop/gateway:http loadbalancer IP" -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-FW-TB5B4CTQPKKJSQUS -m comment --comment "other traffic to shop/gateway:http will be dropped by KUBE-PROXY-FIREWALL"
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/away:http" -m tcp --dport 30085 -j KUBE-EXT-GPRFF4J26USBYXMS
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/both:http" -m tcp --dport 30087 -j KUBE-EXT-PNCABDFH6LF6WYZE
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/edge:http" -m tcp --dport 30083 -j KUBE-EXT-6DIQQWZY5FTPVDUK
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/edge:https" -m tcp --dport 30084 -j KUBE-EXT-TFCKRJ4VVZESZDQY
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/far:http" -m tcp --dport 30086 -j KUBE-EXT-3R55B5W2BQDIGALS
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/gateway:http" -m tcp --dport 30082 -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/loyal:http" -m tcp --dport 30089 -j KUBE-EXT-BVB44PTKKMWAT5VQ
        -A KUBE-NODEPORTS -p sctp -m comment --comment "shop/signal" -m sctp --dport 30868 -j KUBE-EXT-J5F2GEME6EMVBKM5
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/sticky:http" -m tcp --dport 30081 -j KUBE-EXT-25FJTMN2OLOPNGWS
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j KUBE-EXT-67NZLRHBNDSAWJRO
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        -A KUBE-SEP-3LJ3K6LIQ7PEKPYH -s fd44:0:0:1::3/128 -m comment --comment "shop/gateway:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-3LJ3K6LIQ7PEKPYH -p tcp -m comment --comment "shop/gateway:http" -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:8080
        -A KUBE-SEP-AA2BYWSBPQVREQ6S -s fd44::2/128 -m comment --comment "shop/dns:dns" -j KUBE-MARK-MASQ
        -A KUBE-SEP-AA2BYWSBPQVREQ6S -p udp -m comment --comment "shop/dns:dns" -m udp -j DNAT --to-destination [fd44::2]:5353
        -A KUBE-SEP-AG5EBMDMC6MR3532 -s fd44::2/128 -m comment --comment "shop/gateway:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-AG5EBMDMC6MR3532 -p tcp -m comment --comment "shop/gateway:http" -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-AHWBLYWAPOVA35LF -s fd44:0:0:1::3/128 -m comment --comment "shop/dns:dns-tcp" -j KUBE-MARK-MASQ
        -A KUBE-SEP-AHWBLYWAPOVA35LF -p tcp -m comment --comment "shop/dns:dns-tcp" -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:5353
        -A KUBE-SEP-AJW324QVDIPOWGXG -s fd44:0:0:1::3/128 -m comment --comment "shop/loyal:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-AJW324QVDIPOWGXG -p tcp -m comment --comment "shop/loyal:http" -m recent --set --name KUBE-SEP-AJW324QVDIPOWGXG --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:8080
        -A KUBE-SEP-EXAPC7BFEL6QXKWA -s fd44:0:0:1::3/128 -m comment --comment "shop/both:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-EXAPC7BFEL6QXKWA -p tcp -m comment --comment "shop/both:http" -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:8080
        -A KUBE-SEP-IK66ZY3YPO6HRAVS -s fd44::2/128 -m comment --comment "shop/sticky:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-IK66ZY3YPO6HRAVS -p tcp -m comment --comment "shop/sticky:http" -m recent --set --name KUBE-SEP-IK66ZY3YPO6HRAVS --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-IMEPJ6IV4LJXNL7D -s fd44:0:0:1::3/128 -m comment --comment "shop/sticky:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-IMEPJ6IV4LJXNL7D -p tcp -m comment --comment "shop/sticky:http" -m recent --set --name KUBE-SEP-IMEPJ6IV4LJXNL7D --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:8080
        -A KUBE-SEP-JANTS3KGGHX2SUK2 -s fd44::2/128 -m comment --comment "shop/edge:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-JANTS3KGGHX2SUK2 -p tcp -m comment --comment "shop/edge:http" -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-LRU6YJOAAAEIQLCO -s fd44:0:0:1::3/128 -m comment --comment "shop/away:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-LRU6YJOAAAEIQLCO -p tcp -m comment --comment "shop/away:http" -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:8080
        -A KUBE-SEP-M6XFHX4DPXUQNVHP -s fd44:0:0:1::3/128 -m comment --comment "shop/edge:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-M6XFHX4DPXUQNVHP -p tcp -m comment --comment "shop/edge:http" -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:8080
        -A KUBE-SEP-PW3FIUP4OHJ6DDTG -s fd44::2/128 -m comment --comment "shop/leaving:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-PW3FIUP4OHJ6DDTG -p tcp -m comment --comment "shop/leaving:http" -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-Q4W4KXUTRHAOXS2B -s fd44::2/128 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-Q4W4KXUTRHAOXS2B -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-QW36BFEALYBNE24F -s fd44:0:0:1::3/128 -m comment --comment "shop/far:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-QW36BFEALYBNE24F -p tcp -m comment --comment "shop/far:http" -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:8080
        -A KUBE-SEP-QYPTWT2SRNBONVOQ -s fd44:0:0:1::3/128 -m comment --comment "shop/edge:https" -j KUBE-MARK-MASQ
        -A KUBE-SEP-QYPTWT2SRNBONVOQ -p tcp -m comment --comment "shop/edge:https" -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:8443
        -A KUBE-SEP-R5KILFEQKFLH2EVT -s fd44::2/128 -m comment --comment "shop/loyal:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-R5KILFEQKFLH2EVT -p tcp -m comment --comment "shop/loyal:http" -m recent --set --name KUBE-SEP-R5KILFEQKFLH2EVT --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-TG7P3JYAFUYAXKQE -s fd44:0:0:1::3/128 -m comment --comment "shop/signal" -j KUBE-MARK-MASQ
        -A KUBE-SEP-TG7P3JYAFUYAXKQE -p sctp -m comment --comment "shop/signal" -m sctp -j DNAT --to-destination [fd44:0:0:1::3]:3868
        -A KUBE-SEP-UQF2GJSM6FESSEML -s fd44::2/128 -m comment --comment "shop/dns:dns-tcp" -j KUBE-MARK-MASQ
        -A KUBE-SEP-UQF2GJSM6FESSEML -p tcp -m comment --comment "shop/dns:dns-tcp" -m tcp -j DNAT --to-destination [fd44::2]:5353
        -A KUBE-SEP-VF6ADIXXBPL7JDZ2 -s fd44:0:0:1::10/128 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-VF6ADIXXBPL7JDZ2 -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination [fd44:0:0:1::10]:8080
        -A KUBE-SEP-VPTWDEU3VTEJ4UTG -s fd44::2/128 -m comment --comment "shop/edge:https" -j KUBE-MARK-MASQ
        -A KUBE-SEP-VPTWDEU3VTEJ4UTG -p tcp -m comment --comment "shop/edge:https" -m tcp -j DNAT --to-destination [fd44::2]:8443
        -A KUBE-SEP-WM665BE74EVA55S5 -s fd44::2/128 -m comment --comment "shop/near:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-WM665BE74EVA55S5 -p tcp -m comment --comment "shop/near:http" -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-X6K6TA6Z2TYJUYHE -s fd44:0:0:1::3/128 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-X6K6TA6Z2TYJUYHE -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination [fd44:0:0:1::3]:8080
        -A KUBE-SEP-X75UWUD6RHJT47FG -s fd44:0:0:1::3/128 -m comment --comment "shop/dns:dns" -j KUBE-MARK-MASQ
        -A KUBE-SEP-X75UWUD6RHJT47FG -p udp -m comment --comment "shop/dns:dns" -m udp -j DNAT --to-destination [fd44:0:0:1::3]:5353
        -A KUBE-SEP-XAV7R2G5GKOYA7KT -s 2001:db8:1::10/128 -m comment --comment "default/kubernetes:https" -j KUBE-MARK-MASQ
        -A KUBE-SEP-XAV7R2G5GKOYA7KT -p tcp -m comment --comment "default/kubernetes:https" -m tcp -j DNAT --to-destination [2001:db8:1::10]:6443
        -A KUBE-SEP-XDHROE3O37PBTDQY -s fd44::3/128 -m comment --comment "shop/loyal:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-XDHROE3O37PBTDQY -p tcp -m comment --comment "shop/loyal:http" -m recent --set --name KUBE-SEP-XDHROE3O37PBTDQY --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -m tcp -j DNAT --to-destination [fd44::3]:8080
        -A KUBE-SEP-XR5NYJCYFLCZ6HCX -s fd44::2/128 -m comment --comment "shop/both:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-XR5NYJCYFLCZ6HCX -p tcp -m comment --comment "shop/both:http" -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-ZV2HLPCCWZAR54KZ -s fd44:0:0:1::10/128 -m comment --comment "shop/away:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-ZV2HLPCCWZAR54KZ -p tcp -m comment --comment "shop/away:http" -m tcp -j DNAT --to-destination [fd44:0:0:1::10]:8080
        -A KUBE-SERVICES -d fd96::1/128 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
        -A KUBE-SERVICES -d fd96::8/128 -p tcp -m comment --comment "shop/away:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-GPRFF4J26USBYXMS
        -A KUBE-SERVICES -d 2001:db8:9::77/128 -p tcp -m comment --comment "shop/away:http external IP" -m tcp --dport 80 -j KUBE-EXT-GPRFF4J26USBYXMS
        -A KUBE-SERVICES -d 2001:db8:9::21/128 -p tcp -m comment --comment "shop/away:http loadbalancer IP" -m tcp --dport 80 -j KUBE-EXT-GPRFF4J26USBYXMS
        -A KUBE-SERVICES -d fd96::11/128 -p tcp -m comment --comment "shop/both:http cluster IP" -m tcp --dport 80 -j KUBE-SVL-PNCABDFH6LF6WYZE
        -A KUBE-SERVICES -d fd96::3/128 -p udp -m comment --comment "shop/dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-4XI5CTFPAP7AFMBM
        -A KUBE-SERVICES -d fd96::3/128 -p tcp -m comment --comment "shop/dns:dns-tcp cluster IP" -m tcp --dport 53 -j KUBE-SVC-I3QQDNIEA7CYJS3V
        -A KUBE-SERVICES -d fd96::7/128 -p tcp -m comment --comment "shop/edge:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-6DIQQWZY5FTPVDUK
        -A KUBE-SERVICES -d 2001:db8:9::20/128 -p tcp -m comment --comment "shop/edge:http loadbalancer IP" -m tcp --dport 80 -j KUBE-EXT-6DIQQWZY5FTPVDUK
        -A KUBE-SERVICES -d fd96::7/128 -p tcp -m comment --comment "shop/edge:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-TFCKRJ4VVZESZDQY
        -A KUBE-SERVICES -d 2001:db8:9::20/128 -p tcp -m comment --comment "shop/edge:https loadbalancer IP" -m tcp --dport 443 -j KUBE-EXT-TFCKRJ4VVZESZDQY
        -A KUBE-SERVICES -d fd96::6/128 -p tcp -m comment --comment "shop/gateway:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-TB5B4CTQPKKJSQUS
        -A KUBE-SERVICES -d 2001:db8:9::99/128 -p tcp -m comment --comment "shop/gateway:http external IP" -m tcp --dport 80 -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-SERVICES -d 2001:db8:9::98/128 -p tcp -m comment --comment "shop/gateway:http external IP" -m tcp --dport 80 -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-SERVICES -d 2001:db8:9::10/128 -p tcp -m comment --comment "shop/gateway:http loadbalancer IP" -m tcp --dport 80 -j KUBE-FW-TB5B4CTQPKKJSQUS
        -A KUBE-SERVICES -d fd96::13/128 -p tcp -m comment --comment "shop/leaving:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-LM26URKFZTJZ54SF
        -A KUBE-SERVICES -d fd96::14/128 -p tcp -m comment --comment "shop/loyal:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-BVB44PTKKMWAT5VQ
        -A KUBE-SERVICES -d 2001:db8:9::23/128 -p tcp -m comment --comment "shop/loyal:http loadbalancer IP" -m tcp --dport 80 -j KUBE-EXT-BVB44PTKKMWAT5VQ
        -A KUBE-SERVICES -d fd96::9/128 -p tcp -m comment --comment "shop/near:http cluster IP" -m tcp --dport 80 -j KUBE-SVL-2S6KKOSRNB4JOMNG
        -A KUBE-SERVICES -d fd96::4/128 -p sctp -m comment --comment "shop/signal cluster IP" -m sctp --dport 3868 -j KUBE-SVC-J5F2GEME6EMVBKM5
        -A KUBE-SERVICES -d fd96::5/128 -p tcp -m comment --comment "shop/sticky:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-25FJTMN2OLOPNGWS
        -A KUBE-SERVICES -d fd96::2/128 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-67NZLRHBNDSAWJRO
        -A KUBE-SERVICES ! -d ::1/128 -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
        -A KUBE-SVC-25FJTMN2OLOPNGWS ! -s fd44::/48 -d fd96::5/128 -p tcp -m comment --comment "shop/sticky:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-25FJTMN2OLOPNGWS -m comment --comment "shop/sticky:http -> [fd44:0:0:1::3]:8080" -m recent --rcheck --seconds 600 --reap --name KUBE-SEP-IMEPJ6IV4LJXNL7D --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j KUBE-SEP-IMEPJ6IV4LJXNL7D
        -A KUBE-SVC-25FJTMN2OLOPNGWS -m comment --comment "shop/sticky:http -> [fd44::2]:8080" -m recent --rcheck --seconds 600 --reap --name KUBE-SEP-IK66ZY3YPO6HRAVS --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j KUBE-SEP-IK66ZY3YPO6HRAVS
        -A KUBE-SVC-25FJTMN2OLOPNGWS -m comment --comment "shop/sticky:http -> [fd44:0:0:1::3]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-IMEPJ6IV4LJXNL7D
        -A KUBE-SVC-25FJTMN2OLOPNGWS -m comment --comment "shop/sticky:http -> [fd44::2]:8080" -j KUBE-SEP-IK66ZY3YPO6HRAVS
        -A KUBE-SVC-3R55B5W2BQDIGALS -m comment --comment "shop/far:http -> [fd44:0:0:1::3]:8080" -j KUBE-SEP-QW36BFEALYBNE24F
        -A KUBE-SVC-4XI5CTFPAP7AFMBM ! -s fd44::/48 -d fd96::3/128 -p udp -m comment --comment "shop/dns:dns cluster IP" -m udp --dport 53 -j KUBE-MARK-MASQ
        -A KUBE-SVC-4XI5CTFPAP7AFMBM -m comment --comment "shop/dns:dns -> [fd44:0:0:1::3]:5353" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-X75UWUD6RHJT47FG
        -A KUBE-SVC-4XI5CTFPAP7AFMBM -m comment --comment "shop/dns:dns -> [fd44::2]:5353" -j KUBE-SEP-AA2BYWSBPQVREQ6S
        -A KUBE-SVC-67NZLRHBNDSAWJRO ! -s fd44::/48 -d fd96::2/128 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> [fd44:0:0:1::10]:8080" -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-VF6ADIXXBPL7JDZ2
        -A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> [fd44:0:0:1::3]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-X6K6TA6Z2TYJUYHE
        -A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> [fd44::2]:8080" -j KUBE-SEP-Q4W4KXUTRHAOXS2B
        -A KUBE-SVC-6DIQQWZY5FTPVDUK ! -s fd44::/48 -d fd96::7/128 -p tcp -m comment --comment "shop/edge:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-6DIQQWZY5FTPVDUK -m comment --comment "shop/edge:http -> [fd44:0:0:1::3]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-M6XFHX4DPXUQNVHP
        -A KUBE-SVC-6DIQQWZY5FTPVDUK -m comment --comment "shop/edge:http -> [fd44::2]:8080" -j KUBE-SEP-JANTS3KGGHX2SUK2
        -A KUBE-SVC-BVB44PTKKMWAT5VQ ! -s fd44::/48 -d fd96::14/128 -p tcp -m comment --comment "shop/loyal:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44:0:0:1::3]:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-AJW324QVDIPOWGXG --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j KUBE-SEP-AJW324QVDIPOWGXG
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44::2]:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-R5KILFEQKFLH2EVT --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j KUBE-SEP-R5KILFEQKFLH2EVT
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44::3]:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-XDHROE3O37PBTDQY --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j KUBE-SEP-XDHROE3O37PBTDQY
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44:0:0:1::3]:8080" -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-AJW324QVDIPOWGXG
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44::2]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-R5KILFEQKFLH2EVT
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44::3]:8080" -j KUBE-SEP-XDHROE3O37PBTDQY
        -A KUBE-SVC-GPRFF4J26USBYXMS ! -s fd44::/48 -d fd96::8/128 -p tcp -m comment --comment "shop/away:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-GPRFF4J26USBYXMS -m comment --comment "shop/away:http -> [fd44:0:0:1::10]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-ZV2HLPCCWZAR54KZ
        -A KUBE-SVC-GPRFF4J26USBYXMS -m comment --comment "shop/away:http -> [fd44:0:0:1::3]:8080" -j KUBE-SEP-LRU6YJOAAAEIQLCO
        -A KUBE-SVC-I3QQDNIEA7CYJS3V ! -s fd44::/48 -d fd96::3/128 -p tcp -m comment --comment "shop/dns:dns-tcp cluster IP" -m tcp --dport 53 -j KUBE-MARK-MASQ
        -A KUBE-SVC-I3QQDNIEA7CYJS3V -m comment --comment "shop/dns:dns-tcp -> [fd44:0:0:1::3]:5353" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-AHWBLYWAPOVA35LF
        -A KUBE-SVC-I3QQDNIEA7CYJS3V -m comment --comment "shop/dns:dns-tcp -> [fd44::2]:5353" -j KUBE-SEP-UQF2GJSM6FESSEML
        -A KUBE-SVC-J5F2GEME6EMVBKM5 ! -s fd44::/48 -d fd96::4/128 -p sctp -m comment --comment "shop/signal cluster IP" -m sctp --dport 3868 -j KUBE-MARK-MASQ
        -A KUBE-SVC-J5F2GEME6EMVBKM5 -m comment --comment "shop/signal -> [fd44:0:0:1::3]:3868" -j KUBE-SEP-TG7P3JYAFUYAXKQE
        -A KUBE-SVC-LM26URKFZTJZ54SF ! -s fd44::/48 -d fd96::13/128 -p tcp -m comment --comment "shop/leaving:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-LM26URKFZTJZ54SF -m comment --comment "shop/leaving:http -> [fd44::2]:8080" -j KUBE-SEP-PW3FIUP4OHJ6DDTG
        -A KUBE-SVC-NPX46M4PTMTKRN6Y ! -s fd44::/48 -d fd96::1/128 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ
        -A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment "default/kubernetes:https -> [2001:db8:1::10]:6443" -j KUBE-SEP-XAV7R2G5GKOYA7KT
        -A KUBE-SVC-PNCABDFH6LF6WYZE -m comment --comment "shop/both:http -> [fd44:0:0:1::3]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-EXAPC7BFEL6QXKWA
        -A KUBE-SVC-PNCABDFH6LF6WYZE -m comment --comment "shop/both:http -> [fd44::2]:8080" -j KUBE-SEP-XR5NYJCYFLCZ6HCX
        -A KUBE-SVC-TB5B4CTQPKKJSQUS ! -s fd44::/48 -d fd96::6/128 -p tcp -m comment --comment "shop/gateway:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-TB5B4CTQPKKJSQUS -m comment --comment "shop/gateway:http -> [fd44:0:0:1::3]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-3LJ3K6LIQ7PEKPYH
        -A KUBE-SVC-TB5B4CTQPKKJSQUS -m comment --comment "shop/gateway:http -> [fd44::2]:8080" -j KUBE-SEP-AG5EBMDMC6MR3532
        -A KUBE-SVC-TFCKRJ4VVZESZDQY ! -s fd44::/48 -d fd96::7/128 -p tcp -m comment --comment "shop/edge:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ
        -A KUBE-SVC-TFCKRJ4VVZESZDQY -m comment --comment "shop/edge:https -> [fd44:0:0:1::3]:8443" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-QYPTWT2SRNBONVOQ
        -A KUBE-SVC-TFCKRJ4VVZESZDQY -m comment --comment "shop/edge:https -> [fd44::2]:8443" -j KUBE-SEP-VPTWDEU3VTEJ4UTG
        -A KUBE-SVL-2S6KKOSRNB4JOMNG ! -s fd44::/48 -d fd96::9/128 -p tcp -m comment --comment "shop/near:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVL-2S6KKOSRNB4JOMNG -m comment --comment "shop/near:http -> [fd44::2]:8080" -j KUBE-SEP-WM665BE74EVA55S5
        -A KUBE-SVL-6DIQQWZY5FTPVDUK -m comment --comment "shop/edge:http -> [fd44::2]:8080" -j KUBE-SEP-JANTS3KGGHX2SUK2
        -A KUBE-SVL-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44::2]:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-R5KILFEQKFLH2EVT --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j KUBE-SEP-R5KILFEQKFLH2EVT
        -A KUBE-SVL-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44::3]:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-XDHROE3O37PBTDQY --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j KUBE-SEP-XDHROE3O37PBTDQY
        -A KUBE-SVL-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44::2]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-R5KILFEQKFLH2EVT
        -A KUBE-SVL-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> [fd44::3]:8080" -j KUBE-SEP-XDHROE3O37PBTDQY
        -A KUBE-SVL-PNCABDFH6LF6WYZE ! -s fd44::/48 -d fd96::11/128 -p tcp -m comment --comment "shop/both:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVL-PNCABDFH6LF6WYZE -m comment --comment "shop/both:http -> [fd44::2]:8080" -j KUBE-SEP-XR5NYJCYFLCZ6HCX
        -A KUBE-SVL-TFCKRJ4VVZESZDQY -m comment --comment "shop/edge:https -> [fd44::2]:8443" -j KUBE-SEP-VPTWDEU3VTEJ4UTG
        COMMIT
        """#
}
