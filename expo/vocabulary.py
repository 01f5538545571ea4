"""Words of many fields, English and Chinese in pairs, that `expo.generating` makes samples of.

In each list the common words come first: the further back, the rarer. `english|chinese`, divided by semicolons.
"""

from __future__ import annotations

from dataclasses import dataclass

Pair = tuple[str, str]


def pairs(text: str) -> tuple[Pair, ...]:
    found = (part.strip().partition("|") for part in " ".join(text.split()).split(";") if part.strip())
    return tuple((english, chinese) for english, _bar, chinese in found)


@dataclass(frozen=True)
class Field:
    """A sector, its parent's slug and hue, what it makes, how, and what for."""

    slug: str
    name: Pair
    hue: str
    things: tuple[Pair, ...]
    methods: tuple[Pair, ...]
    uses: tuple[Pair, ...]


def _field(slug: str, name: str, hue: str, things: str, methods: str, uses: str) -> Field:
    return Field(slug, pairs(name)[0], hue, pairs(things), pairs(methods), pairs(uses))


FIELDS = (
    _field(
        "batteries", "Batteries|电池", "u",
        """lithium battery|锂电池; battery pack|电池组; cathode material|正极材料; separator|隔膜;
        electrolyte|电解液; sodium-ion cell|钠离子电池; silicon anode|硅负极; battery management system|电池管理系统;
        solid electrolyte|固态电解质; bipolar current collector|双极集流体; vanadium flow battery|全钒液流电池;
        lithium sulfur cell|锂硫电池; prelithiation additive|补锂添加剂; button cell|纽扣电池""",
        """dry electrode coating|干法电极涂布; laser tab welding|激光极耳焊接; slurry mixing|浆料混合;
        formation and grading|化成分容; atomic layer deposition|原子层沉积; cryogenic crushing|深冷破碎;
        thermal runaway modeling|热失控建模""",
        """electric vehicles|电动汽车; grid storage|电网储能; electric bicycles|电动自行车; data centers|数据中心;
        polar stations|极地科考站; mining locomotives|矿用机车; telecom towers|通信基站""",
    ),
    _field(
        "robotics", "Robotics|机器人", "a",
        """robot arm|机械臂; humanoid robot|人形机器人; gripper|夹爪; joint module|关节模组; robot dog|机器狗;
        planetary reducer|行星减速器; harmonic drive|谐波减速器; welding robot|焊接机器人; exoskeleton|外骨骼;
        tactile skin|触觉皮肤; tendon-driven hand|腱驱动灵巧手; pipe crawler|管道爬行器;
        cable-driven parallel robot|绳驱并联机器人; soft actuator|软体驱动器""",
        """force control|力控制; imitation learning|模仿学习; motion planning|运动规划; whole-body control|全身控制;
        hand-eye calibration|手眼标定; teleoperation|遥操作; gait optimization|步态优化""",
        """car plants|汽车工厂; warehouses|仓库; nursing homes|养老院; substations|变电站; foundries|铸造车间;
        tunnels|隧道; nuclear hot cells|核热室""",
    ),
    _field(
        "unmanned-aircraft", "Unmanned aircraft|无人航空器", "b",
        """drone|无人机; cargo drone|货运无人机; flight controller|飞行控制器; tiltrotor aircraft|倾转旋翼机;
        tethered drone|系留无人机; eVTOL aircraft|电动垂直起降飞行器; propeller|螺旋桨; drone nest|无人机机巢;
        gimbal|云台; parachute system|降落伞系统; hybrid generator|混合动力发电机; airspace radar|空域雷达;
        gyroplane|旋翼机; ducted fan|涵道风扇""",
        """swarm coordination|集群协同; obstacle avoidance|避障; visual positioning|视觉定位;
        wind tunnel testing|风洞试验; route planning|航线规划; remote identification|远程识别;
        vortex ring recovery|涡环改出""",
        """power line inspection|电力巡检; crop spraying|植保喷洒; mountain delivery|山区配送;
        forest fire watch|森林防火; flood rescue|洪水救援; surveying|测绘; glacier monitoring|冰川监测""",
    ),
    _field(
        "machine-vision", "Machine vision|机器视觉", "a",
        """industrial camera|工业相机; defect detector|缺陷检测仪; depth camera|深度相机; line scan lens|线扫镜头;
        vision sensor|视觉传感器; light source controller|光源控制器; code reader|读码器;
        hyperspectral imager|高光谱成像仪; event camera|事件相机; telecentric lens|远心镜头;
        polarization camera|偏振相机; borescope|内窥镜""",
        """image segmentation|图像分割; few-shot learning|小样本学习; stereo matching|立体匹配;
        point cloud registration|点云配准; super-resolution|超分辨率; photometric stereo|光度立体;
        phase unwrapping|相位解包裹""",
        """glass sorting|玻璃分选; circuit board inspection|电路板检测; textile mills|纺织厂; fruit grading|水果分级;
        rail inspection|轨道检测; pharmaceutical packing|药品包装; mural conservation|壁画保护""",
    ),
    _field(
        "language-models", "Language and speech|语言与语音", "a",
        """language model|语言模型; speech recognizer|语音识别器; translation system|翻译系统;
        knowledge graph|知识图谱; question answering assistant|问答助手; document parser|文档解析器;
        voice cloning detector|语音克隆检测器; dialect corpus|方言语料库; code assistant|代码助手;
        retrieval engine|检索引擎; sign language avatar|手语数字人; handwriting reader|手写识别器""",
        """model distillation|模型蒸馏; retrieval augmentation|检索增强; quantization|量化压缩;
        reinforcement learning|强化学习; federated learning|联邦学习; watermarking|水印嵌入;
        speculative decoding|投机解码""",
        """government hotlines|政务热线; hospitals|医院; courts|法院; classrooms|课堂; call centers|呼叫中心;
        patent offices|专利局; ancient book archives|古籍馆""",
    ),
    _field(
        "magnetic-materials", "Magnetic materials|磁性材料", "c",
        """permanent magnet|永磁体; Nd-Fe-B magnet|钕铁硼磁体; soft magnetic powder|软磁粉;
        amorphous ribbon|非晶带材; samarium cobalt magnet|钐钴磁体; ferrite core|铁氧体磁芯;
        magnetic encoder|磁编码器; nanocrystalline core|纳米晶磁芯; magnetic fluid seal|磁流体密封件;
        electrical steel|电工钢; magnetostrictive rod|磁致伸缩棒; magnetocaloric alloy|磁热合金""",
        """grain boundary diffusion|晶界扩散; hydrogen decrepitation|氢破碎; hot deformation|热变形;
        melt spinning|快淬甩带; field annealing|磁场退火; strip casting|甩带浇铸;
        spark plasma sintering|放电等离子烧结""",
        """traction motors|牵引电机; wind turbines|风力发电机; loudspeakers|扬声器; magnetic levitation|磁悬浮;
        wireless charging|无线充电; hard disks|硬盘; magnetic refrigeration|磁制冷""",
    ),
    _field(
        "composites", "Composites and fibers|复合材料与纤维", "c",
        """carbon fiber|碳纤维; glass fiber board|玻璃纤维板; aerogel felt|气凝胶毡; basalt fiber|玄武岩纤维;
        prepreg|预浸料; epoxy resin|环氧树脂; aluminum alloy|铝合金; magnesium alloy|镁合金; titanium alloy|钛合金;
        aramid paper|芳纶纸; graphene film|石墨烯膜; honeycomb panel|蜂窝板; bio-based polyamide|生物基聚酰胺;
        high entropy alloy|高熵合金""",
        """additive manufacturing|增材制造; resin transfer molding|树脂传递模塑; filament winding|纤维缠绕;
        hot isostatic pressing|热等静压; friction stir welding|搅拌摩擦焊; electrospinning|静电纺丝;
        supercritical drying|超临界干燥""",
        """aircraft wings|飞机机翼; pressure vessels|压力容器; bridge strengthening|桥梁加固;
        sports equipment|运动器材; rail vehicles|轨道车辆; satellite panels|卫星面板; prosthetics|假肢""",
    ),
    _field(
        "ceramics-and-glass", "Ceramics and glass|陶瓷与玻璃", "c",
        """ceramic substrate|陶瓷基板; optical glass|光学玻璃; silicon carbide mirror|碳化硅反射镜;
        zirconia bearing|氧化锆轴承; glass ceramic|微晶玻璃; refractory lining|耐火内衬; alumina crucible|氧化铝坩埚;
        flexible glass|柔性玻璃; transparent ceramic|透明陶瓷; thermal barrier coating|热障涂层; quartz tube|石英管;
        bioactive glass|生物活性玻璃""",
        """tape casting|流延成型; gel casting|凝胶注模; ion exchange|离子交换; microwave sintering|微波烧结;
        plasma spraying|等离子喷涂; magnetorheological polishing|磁流变抛光; float forming|浮法成型""",
        """phone covers|手机盖板; power modules|功率模块; steel ladles|钢包; telescopes|望远镜; dental crowns|牙冠;
        gas turbines|燃气轮机; furnace windows|炉窗""",
    ),
    _field(
        "radiotherapy", "Radiotherapy|放射治疗", "d",
        """proton therapy system|质子治疗系统; linear accelerator|直线加速器; treatment couch|治疗床;
        dose verification phantom|剂量验证模体; multileaf collimator|多叶光栅;
        boron neutron capture device|硼中子俘获装置; planning software|计划软件; gamma knife|伽玛刀;
        flash irradiation device|闪疗装置; superconducting cyclotron|超导回旋加速器;
        brachytherapy applicator|近距离施源器; surface guidance camera|体表引导相机""",
        """dose calculation|剂量计算; adaptive replanning|自适应计划; image guidance|图像引导;
        beam scanning|束流扫描; respiratory gating|呼吸门控; Monte Carlo simulation|蒙特卡罗模拟;
        organ contouring|器官勾画""",
        """county hospitals|县级医院; tumor centers|肿瘤中心; brain metastases|脑转移瘤; prostate cancer|前列腺癌;
        children's oncology|儿童肿瘤; breast cancer|乳腺癌; eye melanoma|眼黑色素瘤""",
    ),
    _field(
        "medical-isotopes", "Medical isotopes|医用同位素", "d",
        """isotope generator|同位素发生器; lutetium-177 solution|镥-177溶液; technetium-99m kit|锝-99m药盒;
        hot cell|热室; radiopharmaceutical|放射性药物; actinium target|锕靶件; shielded container|屏蔽容器;
        dose calibrator|活度计; gallium-68 tracer|镓-68示踪剂; iodine-131 capsule|碘-131胶囊;
        yttrium microspheres|钇微球; synthesis module|合成模块""",
        """radiochemical separation|放化分离; neutron irradiation|中子辐照; labeling|标记偶联;
        sterile filling|无菌灌装; ion chromatography|离子色谱; target dissolution|靶件溶解;
        half-life logistics|半衰期物流""",
        """bone scans|骨扫描; neuroendocrine tumors|神经内分泌肿瘤; thyroid treatment|甲状腺治疗;
        cardiology|心脏病学; liver cancer|肝癌; research reactors|研究堆; pain relief|疼痛缓解""",
    ),
    _field(
        "radiation-detection", "Radiation detection|辐射探测", "d",
        """radiation detector|辐射探测器; scintillator crystal|闪烁晶体; dosimeter|剂量计; portal monitor|门式监测仪;
        gamma camera|伽玛相机; neutron counter|中子计数器; cargo scanner|货物扫描仪;
        silicon photomultiplier|硅光电倍增管; radon meter|测氡仪; muon telescope|缪子望远镜;
        whole-body counter|全身计数器; tritium monitor|氚监测仪""",
        """pulse shape discrimination|脉冲形状甄别; spectrum unfolding|能谱解谱; crystal growth|晶体生长;
        coincidence counting|符合计数; computed tomography|计算机断层成像; backscatter imaging|背散射成像;
        muon radiography|缪子成像""",
        """customs|海关; nuclear power plants|核电站; scrap yards|废钢场; emergency response|应急响应;
        food safety|食品安全; volcano imaging|火山成像; spent fuel pools|乏燃料池""",
    ),
    _field(
        "semiconductors", "Semiconductors|半导体", "e",
        """power chip|功率芯片; silicon carbide wafer|碳化硅晶圆; gallium nitride transistor|氮化镓晶体管;
        radio frequency chip|射频芯片; lidar chip|激光雷达芯片; photoresist|光刻胶; image processor|图像处理器;
        etching machine|刻蚀机; bonding machine|键合机; memristor array|忆阻器阵列; optical module|光模块;
        diamond heat spreader|金刚石散热片; quantum dot laser|量子点激光器; sputtering target|溅射靶材""",
        """epitaxial growth|外延生长; wafer thinning|晶圆减薄; hybrid bonding|混合键合; ion implantation|离子注入;
        laser annealing|激光退火; electron beam lithography|电子束光刻; wet cleaning|湿法清洗""",
        """charging piles|充电桩; base stations|基站; smart meters|智能电表; photovoltaic inverters|光伏逆变器;
        servers|服务器; space electronics|航天电子; neuromorphic computing|类脑计算""",
    ),
    _field(
        "sensors", "Sensors|传感器", "e",
        """pressure sensor|压力传感器; gas sensor|气体传感器; temperature probe|温度探头;
        fiber optic sensor|光纤传感器; torque sensor|扭矩传感器; hydrogen sensor|氢传感器; gyroscope|陀螺仪;
        acoustic sensor|声学传感器; flow meter|流量计; strain gauge|应变片; atomic magnetometer|原子磁力计;
        electronic nose|电子鼻; ultrasonic transducer|超声换能器; glucose patch|血糖贴片""",
        """signal conditioning|信号调理; micromachining|微机械加工; temperature compensation|温度补偿;
        sensor fusion|传感器融合; energy harvesting|能量收集; wireless readout|无线读出;
        Brillouin scattering|布里渊散射""",
        """oil wells|油井; coal mines|煤矿; dams|大坝; smart homes|智能家居; greenhouses|温室;
        slope monitoring|边坡监测; whale tracking|鲸类追踪""",
    ),
    _field(
        "displays", "New displays|新型显示", "e",
        """display panel|显示面板; micro LED screen|微型LED屏; backlight module|背光模组; electronic paper|电子纸;
        laser projector|激光投影机; driver chip|驱动芯片; holographic display|全息显示器; touch film|触控膜;
        quantum dot film|量子点膜; waveguide lens|光波导镜片; foldable hinge|折叠铰链; polarizer|偏光片""",
        """mass transfer|巨量转移; inkjet printing|喷墨打印; vacuum evaporation|真空蒸镀; laser repair|激光修复;
        color calibration|色彩校准; nanoimprinting|纳米压印; eye tracking|眼动追踪""",
        """televisions|电视机; car cockpits|汽车座舱; stadiums|体育场; shop labels|电子价签; control rooms|指挥中心;
        surgical navigation|手术导航; planetariums|天文馆""",
    ),
    _field(
        "precision-machining", "Precision machining|精密加工", "m",
        """machine tool|机床; grinding wheel|砂轮; laser cutter|激光切割机; spindle|主轴; ball screw|滚珠丝杠;
        milling cutter|铣刀; air bearing|空气轴承; turbine blade|涡轮叶片; hydraulic press|液压机; micro drill|微钻;
        gear hob|齿轮滚刀; linear motor stage|直线电机平台; single crystal diamond tool|单晶金刚石刀具""",
        """five-axis milling|五轴铣削; ultrasonic cutting|超声切削; electrochemical machining|电解加工;
        thermal error compensation|热误差补偿; chatter suppression|颤振抑制; ion beam figuring|离子束修形;
        shot peening|喷丸强化""",
        """aero engines|航空发动机; mold making|模具制造; optical workshops|光学车间; watch making|钟表制造;
        orthopedic implants|骨科植入物; railway axles|铁路车轴; gravitational wave mirrors|引力波反射镜""",
    ),
    _field(
        "testing-and-inspection", "Testing and inspection|检测与计量", "m",
        """test bench|试验台; ultrasonic flaw detector|超声探伤仪; calibration device|校准装置;
        vibration table|振动台; spectrometer|光谱仪; leak detector|检漏仪; coordinate measuring machine|三坐标测量机;
        fatigue machine|疲劳试验机; thermal imager|热像仪; X-ray diffractometer|X射线衍射仪;
        laser interferometer|激光干涉仪; anechoic chamber|消声室; shock tube|激波管""",
        """phased array scanning|相控阵扫查; acoustic emission|声发射; modal analysis|模态分析;
        digital image correlation|数字图像相关; accelerated aging|加速老化; neutron diffraction|中子衍射;
        terahertz imaging|太赫兹成像""",
        """weld seams|焊缝; boilers|锅炉; elevators|电梯; wind blades|风电叶片; high-speed trains|高速列车;
        steel cables|钢缆; bridge bearings|桥梁支座""",
    ),
    _field(
        "energy-saving", "Energy saving|节能技术", "m",
        """heat pump|热泵; waste heat boiler|余热锅炉; water pump|水泵; air compressor|空气压缩机;
        frequency converter|变频器; heat exchanger|换热器; desalination membrane|海水淡化膜;
        sewage treatment unit|污水处理装置; sludge dryer|污泥干燥机; phase change material|相变材料;
        radiative cooling film|辐射制冷膜; carbon capture tower|碳捕集塔; thermoacoustic engine|热声发动机;
        anaerobic digester|厌氧消化器""",
        """waste heat recovery|余热回收; load forecasting|负荷预测; magnetic suspension|磁悬浮支承;
        membrane distillation|膜蒸馏; mechanical vapor recompression|机械蒸汽再压缩; oxyfuel combustion|富氧燃烧;
        desulfurization|脱硫""",
        """cement kilns|水泥窑; breweries|酿酒厂; printing and dyeing|印染; office buildings|办公楼;
        cold chains|冷链; paper mills|造纸厂; phosphogypsum piles|磷石膏堆场""",
    ),
    _field(
        "hydrogen", "Hydrogen|氢能", "u",
        """fuel cell|燃料电池; electrolyzer|电解槽; hydrogen tank|储氢瓶; membrane electrode|膜电极;
        hydrogen compressor|氢压缩机; bipolar plate|双极板; ammonia cracker|氨分解器;
        metal hydride store|金属氢化物储罐; filling nozzle|加氢枪; gas diffusion layer|气体扩散层;
        iridium catalyst|铱催化剂; liquid hydrogen pump|液氢泵; proton conductor|质子导体""",
        """alkaline electrolysis|碱性电解; pressure swing adsorption|变压吸附; catalyst coating|催化剂涂覆;
        steam reforming|蒸汽重整; hydrogen liquefaction|氢液化; embrittlement testing|氢脆试验;
        photocatalysis|光催化""",
        """heavy trucks|重型卡车; filling stations|加氢站; steel making|炼钢; forklifts|叉车; ships|船舶;
        chemical parks|化工园区; Antarctic bases|南极基地""",
    ),
)  # fmt: skip

QUALITIES = pairs(
    """intelligent|智能; high-performance|高性能; low-cost|低成本; lightweight|轻量化; energy-saving|节能型;
    portable|便携式; high-precision|高精度; integrated|一体化; modular|模块化; high-temperature|高温; wireless|无线;
    compact|紧凑型; domestic|国产化; flexible|柔性; miniature|微型; corrosion-resistant|耐腐蚀; wear-resistant|耐磨;
    low-noise|低噪声; explosion-proof|防爆; waterproof|防水; self-calibrating|自校准; recyclable|可回收;
    ultrathin|超薄; radiation-hardened|抗辐照; low-carbon|低碳; fast-charging|快充; self-healing|自修复;
    cryogenic|低温; flame-retardant|阻燃; biodegradable|可降解; passive|无源; lead-free|无铅;
    superhydrophobic|超疏水; reconfigurable|可重构; insect-scale|昆虫尺度; antibacterial|抗菌; earthquake-proof|抗震;
    lubricant-free|无润滑; sterilizable|可灭菌; bionic|仿生"""
)

# So few samples speak of these that a search for one is a search for a rare word.
RARE = pairs(
    """niobium|铌; tantalum|钽; hafnium|铪; rhenium|铼; gadolinium|钆; holmium|钬; erbium|铒; thulium|铥;
    ytterbium|镱; scandium|钪; tellurium|碲; germanium|锗; indium|铟; bismuth|铋; ruthenium|钌; osmium|锇;
    caesium|铯; rubidium|铷; strontium|锶; beryllium|铍; gallium oxide|氧化镓; perovskite|钙钛矿; zeolite|沸石;
    vermiculite|蛭石; chitosan|壳聚糖; lignin|木质素; cellulose nanocrystals|纤维素纳米晶; spider silk|蜘蛛丝;
    borophene|硼烯; phosphorene|磷烯; skyrmions|斯格明子; metamaterial|超材料; metasurface|超表面;
    triboelectric generator|摩擦纳米发电机; piezoelectric fiber|压电纤维; ferroelectric film|铁电薄膜;
    Josephson junction|约瑟夫森结; optical lattice clock|光晶格钟; frequency comb|光频梳; attosecond pulse|阿秒脉冲;
    undulator|波荡器; synchrotron|同步辐射; tokamak|托卡马克; stellarator|仿星器; hydrogel|水凝胶; organoid|类器官;
    nanobody|纳米抗体; bacteriophage|噬菌体; exosome|外泌体; mycelium|菌丝体; microalgae|微藻; duckweed|浮萍;
    black soldier fly|黑水虻; earthworm cast|蚯蚓粪; tea saponin|茶皂素; lacquer|大漆; bamboo fiber|竹纤维;
    Sichuan pepper oil|花椒油; rapeseed|油菜籽; silkworm pupae|蚕蛹; karst spring|岩溶泉; permafrost|多年冻土;
    loess slope|黄土坡; glacier lake|冰湖; debris flow|泥石流; lightning arrester|避雷器; ball lightning|球状闪电;
    infrasound|次声波; bioluminescence|生物发光; origami structure|折纸结构; auxetic foam|拉胀泡沫;
    kirigami|剪纸结构; liquid metal|液态金属; ionic liquid|离子液体; deep eutectic solvent|低共熔溶剂;
    supercritical water|超临界水; aerosol jet|气溶胶喷射; cold spray|冷喷涂; shape memory|形状记忆;
    dielectric elastomer|介电弹性体; memristive synapse|忆阻突触; spin wave|自旋波; topological insulator|拓扑绝缘体;
    Moire pattern|莫尔条纹; zero-knowledge proof|零知识证明; homomorphic encryption|同态加密;
    lattice cryptography|格密码; quantum key|量子密钥; Kalman filter|卡尔曼滤波; Fresnel lens|菲涅尔透镜;
    Stirling engine|斯特林发动机; Tesla valve|特斯拉阀; Halbach array|海尔贝克阵列; Faraday cage|法拉第笼;
    Peltier cooler|帕尔贴制冷器; Rogowski coil|罗氏线圈; Coriolis meter|科里奥利流量计;
    Helmholtz resonator|亥姆霍兹共振器; Venturi scrubber|文丘里洗涤器; Archimedes screw|阿基米德螺旋"""
)
